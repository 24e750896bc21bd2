// Without the optional peers the package loads in both module systems; a module that needs one ends the boot, and a store that needs one
// fails, with an error that says what to install. argv: the entry points as JSON, { entry: peer }.
import 'reflect-metadata';
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ResilienceModule } from 'nestjs-holdfast';
import 'nestjs-holdfast/core';
import 'nestjs-holdfast/testing';

const require = createRequire(import.meta.url);
const load = [(entry) => import(entry), async (entry) => require(entry)];

/** Boots an app with the first Nest module that the entry point exports. */
async function boot(exported) {
  if ('RedisStateStore' in exported) return openStore(exported.RedisStateStore);
  const name = Object.keys(exported).find((key) => key.endsWith('Module'));
  const feature = exported[name].register?.() ?? exported[name];
  class AppModule {}
  Module({ imports: [ResilienceModule.forRoot(), feature] })(AppModule);
  await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
}

/** A store says it when it is asked: an app goes on without it. */
async function openStore(RedisStateStore) {
  const store = new RedisStateStore({ url: 'redis://127.0.0.1:1' });
  const nothing = () => undefined;
  store.attach({ random: () => 0, diagnose: nothing, unavailable: nothing, recovered: nothing });
  try {
    await store.load();
  } finally {
    await store.close();
  }
}

for (const name of ['nestjs-holdfast', 'nestjs-holdfast/core', 'nestjs-holdfast/testing']) require(name);
for (const [entry, peer] of Object.entries(JSON.parse(process.argv[2])))
  for (const each of load)
    await assert.rejects(
      async () => boot(await each(entry)),
      (error) => error.message.includes(`npm install ${peer}`) && !error.message.includes('\n'),
      `${entry} without ${peer} names what to install`,
    );
console.log('without-peers: passed');
