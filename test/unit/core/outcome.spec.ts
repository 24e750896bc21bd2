import { BulkheadFullError } from '../../../lib/core/errors/bulkhead-full-error.js';
import { RateLimitedError } from '../../../lib/core/errors/rate-limited-error.js';
import type { FailureEvent } from '../../../lib/core/events/event-types.js';
import { heldOperation } from '../../support/held-operation.js';
import { scripted } from '../../../lib/testing/scripted.js';
import { eventsOf, noBackoff, virtualPolicy } from '../../support/virtual-policy.js';

type Options = Parameters<typeof virtualPolicy>[0];

/** How a call ends whose operation fails so each time. */
async function endOf(error: unknown, options: Options = {}) {
  const { policy } = virtualPolicy(options);
  const events = eventsOf(policy);
  await policy.tryExecute(scripted([error]));
  const { outcome, category } = events.at(-1) as FailureEvent;
  return { outcome, category, stats: policy.stats() };
}

const named = (name: string) => Object.assign(new Error('ended by a signal of its own'), { name });

describe('the outcome of a call', () => {
  it.each([
    ['an AbortError of the operation', named('AbortError')],
    ['a TimeoutError of the operation', named('TimeoutError')],
    ['ERR_CANCELED', Object.assign(new Error('canceled'), { code: 'ERR_CANCELED' })],
    ['ETIMEDOUT', Object.assign(new Error('connect'), { code: 'ETIMEDOUT' })],
  ])('is timeout for %s, whoever set the limit', async (_, error) => {
    const { outcome, category, stats } = await endOf(error, { retry: { backoff: noBackoff } });

    expect({ outcome, category }).toEqual({ outcome: 'timeout', category: 'timeout' });
    expect(stats).toMatchObject({ calls: 1, timeouts: 1, failures: 0 });
  });

  it('is timeout where a wrapper hides the timeout', async () => {
    const retry = { maxAttempts: 2, backoff: noBackoff, wrapExhausted: true };

    expect(await endOf(named('TimeoutError'), { retry })).toMatchObject({ outcome: 'timeout' });
  });

  it('is timeout where the fallbacks fail after a timeout, whatever they fail with', async () => {
    const fallback = () => Promise.reject(new TypeError('oops'));

    expect(await endOf(named('TimeoutError'), { fallback })).toMatchObject({ outcome: 'timeout' });
  });

  it('is failure for an error of any other category', async () => {
    expect(await endOf(new Error('down'))).toMatchObject({ outcome: 'failure', stats: { failures: 1 } });
  });

  it('is failure for a rejection of another policy further in, for the operation was invoked', async () => {
    const inner = new BulkheadFullError({
      policy: 'inner',
      operation: 'inner',
      reason: 'full',
      maxConcurrent: 1,
      maxQueue: 0,
    });

    expect(await endOf(inner)).toMatchObject({ outcome: 'failure', category: 'rejected' });
  });

  it('is rejected where the last attempt was refused, also after retries that name the rejection', async () => {
    const { policy, clock } = virtualPolicy({
      retry: { maxAttempts: 3, backoff: noBackoff, retryOn: [BulkheadFullError] },
      bulkhead: 1,
    });
    const { runs, operation } = heldOperation();
    void policy.execute(operation);
    const refused = policy.tryExecute(operation);
    await clock.advance('1m');
    const { report } = await refused;

    expect(report).toMatchObject({ attempts: 3, reason: 'exhausted' });
    expect(policy.stats()).toMatchObject({ calls: 2, attempts: 1, retries: 0, rejections: 1, failures: 0 });
    runs[0]?.resolve();
  });

  it('is rejected where the hint of a rejection is longer than the time left', async () => {
    const { policy } = virtualPolicy({
      retry: { maxAttempts: 3, retryOn: [RateLimitedError] },
      timeout: '1s',
      rateLimiter: { limit: 1, interval: '1m' },
    });
    await policy.execute(() => 'one');
    const { report } = await policy.tryExecute(() => 'two');

    expect(report.reason).toBe('hint');
    expect(policy.stats()).toMatchObject({ calls: 2, successes: 1, rejections: 1 });
  });

  it.each<[string, Options]>([
    ['bulkhead', { bulkhead: 1 }],
    ['rate limiter', { rateLimiter: { limit: 1 } }],
  ])('is rejected for a call that the %s refuses, which is no attempt', async (_, options) => {
    const { policy } = virtualPolicy(options);
    const { runs, operation } = heldOperation();
    void policy.execute(operation);
    await policy.tryExecute(operation);

    expect(policy.stats()).toMatchObject({ calls: 2, attempts: 1, rejections: 1, failures: 0 });
    runs[0]?.resolve();
  });
});
