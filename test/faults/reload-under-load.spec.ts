import { NestFactory } from '@nestjs/core';
import { Module } from '@nestjs/common';
import { ResilienceModule } from '../../lib/nest/resilience.module.js';
import { ResilienceService } from '../../lib/nest/resilience.service.js';

const SECONDS = 10;
const PER_TICK = 10;
const TICK_MS = 10;

@Module({
  imports: [
    ResilienceModule.forRoot({
      logging: false,
      policies: {
        bank: {
          retry: { maxAttempts: 2, backoff: { initialDelay: 1, jitter: false }, budget: true },
          timeout: '30s',
          circuitBreaker: {
            failureRatio: 0.9,
            window: { type: 'count', size: 50_000 },
            minimumCalls: 50_000,
          },
        },
        down: { circuitBreaker: { resetTimeout: '10m', maxResetTimeout: '20m' } },
      },
    }),
  ],
})
class AppModule {}

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('a reload under a load of 1000 calls a second', () => {
  it('loses no state and no call, also where it is refused', async () => {
    const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
    const service = app.get(ResilienceService);
    service.breaker('down').open();
    const openUntil = service.breaker('down').snapshot().openUntil ?? NaN;

    const calls: Promise<number>[] = [];
    let reloads = 0;
    for (let tick = 0; tick < (SECONDS * 1000) / TICK_MS; tick++) {
      for (let i = 0; i < PER_TICK; i++) {
        const id = calls.length;
        calls.push(service.execute('bank', () => after(5).then(() => id)));
      }
      if (tick % 10 === 0) {
        reloads++;
        service.update('bank', {
          timeout: `${20 + (reloads % 10)}s`,
          retry: { maxAttempts: 2 + (reloads % 3) },
        });
        service.update('down', { circuitBreaker: { resetTimeout: `${1 + (reloads % 9)}m` } });
        expect(() => service.update('bank', { retry: { maxAttempts: -1 } })).toThrow('maxAttempts');
        void service.reload();
      }
      await after(TICK_MS);
    }

    expect(await Promise.all(calls)).toEqual(calls.map((_, id) => id));
    expect(reloads).toBe(SECONDS * 10);
    expect(service.stats('bank')).toMatchObject({ calls: calls.length, successes: calls.length, retries: 0 });
    expect(service.breaker('bank').snapshot()).toMatchObject({ successes: calls.length, failures: 0 });
    expect(service.breaker('down').snapshot().state).toBe('open');
    expect(Math.abs((service.breaker('down').snapshot().openUntil ?? NaN) - openUntil)).toBeLessThan(50);
    await app.close();
  });
});
