import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Retryable } from '../../../../lib/nest/decorators/retryable.decorator.js';
import { CircuitBreaker } from '../../../../lib/nest/decorators/strategy.decorators.js';
import { ResilienceModule } from '../../../../lib/nest/resilience.module.js';
import { ResilienceService } from '../../../../lib/nest/resilience.service.js';
import { rejection } from '../../../support/virtual-policy.js';

const down = new Error('down');

@Injectable()
class Payments {
  @Retryable('quick', { backoff: { initialDelay: '30s', maxDelay: '30s', jitter: false }, timeout: '5m' })
  @CircuitBreaker()
  async charge(): Promise<void> {
    throw down;
  }

  @Retryable('network')
  hang(): Promise<void> {
    return new Promise(() => undefined);
  }
}

@Module({
  imports: [ResilienceModule.forRoot({ shutdownGrace: '100ms', logging: false })],
  providers: [Payments],
})
class AppModule {}

const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

function start() {
  return NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
}

describe('a real application', () => {
  it('with sleeping retries and calls that never settle ends without waiting for them, and leaves no timer', async () => {
    const before = timers();
    const app = await start();
    const payments = app.get(Payments);
    const sleeping = Array.from({ length: 100 }, () => rejection(payments.charge()));
    void rejection(payments.hang());
    void rejection(
      app.get(ResilienceService).execute('network', ({ signal }) => payments.hang().then(() => signal)),
    );
    void rejection(
      app
        .get(ResilienceService)
        .execute(
          'file',
          ({ signal }) => new Promise(() => signal.addEventListener('abort', () => undefined)),
        ),
    );
    await new Promise(setImmediate);
    expect(timers()).toBeGreaterThan(before);

    const begun = performance.now();
    await app.close();
    // The retries sleep for 30 s. A second would do, were no machine ever busy.
    expect(performance.now() - begun).toBeLessThan(10_000);
    for (const error of await Promise.all(sleeping)) expect(error).toMatchObject({ code: 'SHUTDOWN' });
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(timers()).toBeLessThanOrEqual(before);
  });

  it('can be made and closed 200 times in one process: no warning, no shared state, nothing stays', async () => {
    const warnings: Error[] = [];
    const heard = (warning: Error): void => void warnings.push(warning);
    const listeners = processListeners();
    process.on('warning', heard);
    const services: WeakRef<ResilienceService>[] = [];
    for (let round = 0; round < 200; round++) services.push(new WeakRef(await useOnce()));
    process.off('warning', heard);

    expect(warnings).toEqual([]);
    expect(processListeners()).toBe(listeners);
    await new Promise(setImmediate);
    collectGarbage();
    expect(services.filter((service) => service.deref() !== undefined).length).toBeLessThan(5);
  });
});

/** Starts the application, uses it and closes it. */
async function useOnce(): Promise<ResilienceService> {
  const app = await start();
  const service = app.get(ResilienceService);
  service.events$.subscribe(() => undefined);
  const failed = rejection(app.get(Payments).charge());
  expect(service.stats().calls).toBe(1);
  expect(service.breaker('Payments.charge').snapshot().state).toBe('closed');
  await app.close();
  await failed;
  return service;
}

function processListeners(): number {
  return process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
