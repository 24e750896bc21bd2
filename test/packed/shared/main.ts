// Starts the app as a context and as an HTTP server, uses what the package offers and says what it saw. The process
// must end by itself after close(): the script that started it waits for that.
import 'reflect-metadata';
import assert from 'node:assert/strict';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { isResilienceError, ResilienceService } from 'nestjs-holdfast';
import { createPolicy } from 'nestjs-holdfast/core';
import { VirtualClock } from 'nestjs-holdfast/testing';
import { AppModule } from './app.js';
import { PaymentsService } from './payments.js';
import { useStrategies, useWrongOptions } from './use-strategies.js';

async function useContext(): Promise<void> {
  const app = await NestFactory.createApplicationContext(AppModule, {
    logger: ['warn', 'error'],
    abortOnError: false,
  });
  const payments = app.get(PaymentsService);

  assert.equal(await payments.charge('a'), 'charged a at attempt 3');
  assert.equal(await payments.price('four'), 4);
  const answer = await app.get(ResilienceService).execute('impatient', async () => 'executed');
  assert.equal(answer, 'executed');

  for (let call = 1; call <= 2; call += 1) await assert.rejects(payments.report(), { code: 'ECONNREFUSED' });
  await assert.rejects(payments.report(), (error) => isResilienceError(error, 'CIRCUIT_OPEN'));
  assert.equal(payments.reports, 2);
  await useStrategies(app);
  await app.close();
}

async function useHttp(): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
  await app.listen(0, '127.0.0.1');

  assert.deepEqual(await get(app, 'charge/b'), { status: 200, body: 'charged b at attempt 3' });
  assert.deepEqual(await get(app, 'price/four'), { status: 200, body: '{"price":4}' });
  assert.equal((await get(app, 'report')).status, 500);
  assert.equal((await get(app, 'report')).status, 500);
  assert.equal((await get(app, 'report')).status, 503);

  assert.deepEqual(await get(app, 'stock/relay'), { status: 200, body: '{"tries":3}' });
  assert.match((await get(app, 'stock/events')).body, /data: one[^]*data: two/);
  const deadline = await get(app, 'stock/deadline', {
    'x-request-deadline-ms': '5000',
    'x-retry-attempt': '4',
  });
  const said = JSON.parse(deadline.body);
  assert.equal(said['x-retry-attempt'], '4');
  assert.ok(Number(said['x-request-deadline-ms']) <= 5000);

  const health = await get(app, 'health');
  assert.equal(health.status, 200);
  assert.deepEqual(JSON.parse(health.body).info.circuitBreakers.open, ['PaymentsService']);

  assert.match((await get(app, 'resilience')).body, /<script src="resilience\/page\.js"/);
  assert.match((await get(app, 'resilience/page.js')).body, /EventSource/);
  assert.match((await get(app, 'resilience/breakers')).body, /"name":"PaymentsService","state":"open"/);

  const metrics = await get(app, 'metrics');
  assert.match(metrics.body, /resilience_calls_total\{[^}]*operation="PaymentsService\.charge"[^}]*\} [1-9]/);
  assert.match(metrics.body, /resilience_circuit_breaker_state\{[^}]*state="open"[^}]*\} [1-9]/);
  await app.close();
}

async function get(
  app: INestApplication,
  path: string,
  headers = {},
): Promise<{ status: number; body: string }> {
  const response = await fetch(`${await app.getUrl()}/${path}`, {
    headers: { connection: 'close', ...headers },
  });
  return { status: response.status, body: await response.text() };
}

/** What sleeps, and what never settles, ends with the application: nothing of it keeps this process alive. */
async function useShutdown(): Promise<void> {
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
  const resilience = app.get(ResilienceService);
  const refused = Object.assign(new Error('down'), { code: 'ECONNREFUSED' });
  const sleeping = Array.from({ length: 20 }, () =>
    resilience.tryExecute('network', () => Promise.reject(refused)),
  );
  void resilience.tryExecute('file', () => new Promise(() => undefined));
  await new Promise((resolve) => setImmediate(resolve));

  const begun = performance.now();
  await app.close();
  // It takes milliseconds; who waited for what runs would wait for the whole grace of 10 s.
  assert.ok(performance.now() - begun < 9000);
  for (const result of await Promise.all(sleeping)) {
    assert.ok(!result.ok && isResilienceError(result.error, 'SHUTDOWN'));
  }
}

async function useEngine(): Promise<void> {
  const clock = new VirtualClock({ autoAdvance: true });
  const policy = createPolicy({ name: 'engine', retry: { maxAttempts: 2 } }, { clock });
  assert.equal(
    await policy.execute(async ({ attempt }) => (attempt < 2 ? Promise.reject(new Error('x')) : attempt)),
    2,
  );
  await policy.dispose();
}

async function main(): Promise<void> {
  await useContext();
  await useHttp();
  await useWrongOptions();
  await useShutdown();
  await useEngine();
  console.log('app: passed');
}

void main();
