import { NEVER, concat, of } from 'rxjs';
import type { ResilienceService } from '../../../../lib/nest/resilience.service.js';
import { closeApps, startApp } from '../../../support/decorated-app.js';
import { rejection } from '../../../support/virtual-policy.js';

afterEach(closeApps);

const hangs = (): Promise<never> => new Promise(() => {});
const fails = (): Promise<never> =>
  Promise.reject(Object.assign(new Error('down'), { code: 'ECONNREFUSED' }));

const policies = {
  sleepy: { retry: { maxAttempts: 9, backoff: { type: 'fixed', initialDelay: '1h', jitter: false } } },
  full: { bulkhead: { maxConcurrent: 1, maxQueue: 100, queueTimeout: '1h' } },
  slow: { rateLimiter: { limit: 1, interval: '1h', maxWait: '200h' } },
  probed: { circuitBreaker: { failureThreshold: 1, resetTimeout: '1s' }, timeout: '1h' },
  hedged: { hedge: { delay: '1h' }, idempotent: true },
  streamed: { timeout: { stream: { idle: '1h', total: '2h' } } },
} as const;

const times = (count: number, call: () => Promise<unknown>): Promise<unknown>[] =>
  Array.from({ length: count }, () => rejection(call()));

/** Calls that wait in every way there is; those that only their end can end come first. */
async function waitInEveryWay(service: ResilienceService): Promise<Promise<unknown>[]> {
  for (const policy of ['full', 'hedged', 'probed'] as const) void rejection(service.execute(policy, hangs));
  await service.execute('slow', () => 1);
  const streamed = new Promise((error) => {
    service.observe('streamed', () => concat(of(1), NEVER)).subscribe({ error });
  });
  return [
    ...times(100, () => service.execute('sleepy', fails)),
    ...times(100, () => service.execute('full', hangs)),
    ...times(100, () => service.execute('slow', hangs)),
    streamed,
  ];
}

describe('app.close() while calls sleep, are queued, wait for a token, a probe, a hedge and an item', () => {
  it('waits for none of them, refuses all that wait, and leaves no timer', async () => {
    const { app, clock, service } = await startApp({ options: { policies, logging: false } });
    await rejection(service.execute('probed', fails));
    await clock.advance('1s');
    const waiting = await waitInEveryWay(service);
    await clock.advance(0);
    expect(service.breaker('probed').snapshot()).toMatchObject({ state: 'halfOpen', probes: 1 });
    expect(clock.pending).toBeGreaterThan(100);
    const before = clock.now();

    await app.close();
    const errors = await Promise.all(waiting);
    expect(errors).toHaveLength(301);
    for (const error of errors) expect(error).toMatchObject({ code: 'SHUTDOWN' });
    expect([clock.now() - before, clock.pending]).toEqual([0, 0]);
  });
});
