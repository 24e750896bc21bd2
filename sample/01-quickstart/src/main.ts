import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { ResilienceService } from 'nestjs-holdfast';
import { Dependency } from '../../shared/dist/dependency.js';
import { portFrom } from '../../shared/dist/free-port.js';
import { printComparison } from './run/screen.js';
import { Users } from './run/users.js';
import { playScript } from './run/watch.js';

const USERS_PER_SECOND = 20;

async function main(): Promise<void> {
  const dependency = new Dependency(await portFrom('DEPENDENCY_PORT'));
  const port = await portFrom('PORT');
  process.env['RATES_URL'] = dependency.url;
  const { AppModule } = await import('./app/app.module.js');
  // Its users go on asking on the connections that they have: Ctrl+C would otherwise wait for them.
  const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'], forceCloseConnections: true });
  app.enableShutdownHooks();
  await dependency.become('healthy');
  await app.listen(port, '127.0.0.1');
  const url = `http://127.0.0.1:${port}`;
  console.log(
    `The application listens on ${url}, what it depends on is a process of its own on ${dependency.url}.`,
  );
  console.log(`${USERS_PER_SECOND} users a second ask /rates/:currency, as many its unprotected twin.`);

  const guarded = new Users(`${url}/rates`, USERS_PER_SECOND);
  const bare = new Users(`${url}/unprotected/rates`, USERS_PER_SECOND);
  const resilience = app.get(ResilienceService);
  await playScript({ dependency, resilience, guarded, bare });
  await Promise.all([guarded.leave(), bare.leave()]);
  printComparison(guarded.answers, bare.answers, resilience.stats('network'));

  if (process.argv.includes('--once')) {
    await app.close();
    await dependency.stop();
    return;
  }
  console.log(`Have a look: ${url}/health  ${url}/metrics  ${url}/rates/EUR  — Ctrl+C ends it.`);
}

await main();
