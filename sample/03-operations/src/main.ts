import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { Dependency } from '../../shared/dist/dependency.js';
import { portFrom } from '../../shared/dist/free-port.js';
import { playOnce } from './run/script.js';
import { Traffic } from './run/traffic.js';

async function main(): Promise<void> {
  const dependency = new Dependency(await portFrom('DEPENDENCY_PORT'));
  const port = await portFrom('PORT');
  process.env['RATES_URL'] = dependency.url;
  process.env['DASHBOARD_TOKEN'] ||= randomBytes(9).toString('base64url');
  const { OperationsModule } = await import('./app/operations.module.js');
  // The page's connection stays open, and so do those of the traffic: Ctrl+C would otherwise wait for them.
  const app = await NestFactory.create(OperationsModule, {
    // Users whom nobody could answer would fill the screen; the page shows them.
    logger: ['fatal'],
    forceCloseConnections: true,
  });
  app.enableShutdownHooks();
  await dependency.become('healthy');
  await app.listen(port, '127.0.0.1');

  const url = `http://127.0.0.1:${port}`;
  console.log(`dashboard: ${url}/resilience   any user, password ${process.env['DASHBOARD_TOKEN']}`);
  console.log(`metrics:   ${url}/metrics       health: ${url}/health`);
  const traffic = new Traffic(url);
  do await playOnce(dependency);
  while (!process.argv.includes('--once'));

  traffic.stop();
  await app.close();
  await dependency.stop();
}

await main();
