import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { isResilienceError, ResilienceService, type BulkProgress } from 'nestjs-holdfast';
import { Dependency } from '../../shared/dist/dependency.js';
import { portFrom } from '../../shared/dist/free-port.js';
import { screenFor } from './screen.js';
import { concurrency, records, successThreshold } from './settings.js';
import { printSummary } from './summary.js';
import { SyncService } from './sync.service.js';
import { Trouble } from './trouble.js';
import { Watch } from './watch.js';

/** The exit code: 0 where enough was sent. */
async function main(): Promise<number> {
  const dependency = new Dependency(await portFrom('DEPENDENCY_PORT'));
  process.env['RECORDS_URL'] = dependency.url;
  await dependency.become('healthy');
  const { AppModule } = await import('./app.module.js');
  const app = await NestFactory.createApplicationContext(AppModule, { logger: ['error', 'warn'] });
  try {
    return await run(app.get(SyncService), app.get(ResilienceService), dependency);
  } finally {
    await app.close();
    await dependency.stop();
  }
}

async function run(
  service: SyncService,
  resilience: ResilienceService,
  dependency: Dependency,
): Promise<number> {
  console.log(`Sending ${records} records to ${dependency.url}, ${concurrency} at a time; Ctrl+C ends it.`);
  const screen = screenFor(records);
  const watch = new Watch(resilience, screen);
  const trouble = new Trouble(dependency, (line) => screen.say(line));
  const onProgress = (progress: BulkProgress): void => {
    watch.take(progress);
    trouble.follow(progress.completed / records);
  };
  const ended = new AbortController();
  process.once('SIGINT', () => ended.abort(new Error('ended by Ctrl+C')));

  const options = { concurrency, successThreshold, onProgress, signal: ended.signal };
  const result = await service.sync(records, options).catch((error: unknown) => {
    // It says what succeeded, too.
    if (isResilienceError(error, 'BULK_FAILURE')) return error;
    throw error;
  });
  watch.end();
  await trouble.end();
  printSummary(result, records, resilience.stats('sync'));
  return 'ok' in result ? 0 : 1;
}

process.exitCode = await main();
