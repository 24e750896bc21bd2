// Without the optional peers the package loads in both module systems; a module that needs one ends the boot with an
// error that says what to install. argv: the entry points as JSON, { entry: peer }.
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
  const name = Object.keys(exported).find((key) => key.endsWith('Module'));
  const feature = exported[name].register?.() ?? exported[name];
  class AppModule {}
  Module({ imports: [ResilienceModule.forRoot(), feature] })(AppModule);
  await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
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
