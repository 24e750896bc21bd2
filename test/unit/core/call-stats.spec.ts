import { scripted } from '../../../lib/testing/scripted.js';
import { noBackoff, virtualPolicy } from '../../support/virtual-policy.js';

const down = new Error('down');
const hangs = (): Promise<never> => new Promise(() => {});

describe('the statistics of a policy', () => {
  it('start at nothing', () => {
    const { policy } = virtualPolicy({});

    expect(policy.stats()).toEqual({
      calls: 0,
      attempts: 0,
      retries: 0,
      successes: 0,
      failures: 0,
      rejections: 0,
      timeouts: 0,
      aborted: 0,
      fallbacks: 0,
      successRate: 1,
      averageRetries: 0,
    });
  });

  it('have each ended call in exactly one outcome', async () => {
    const { policy, clock } = virtualPolicy({
      timeout: '10s',
      retry: { backoff: noBackoff },
      circuitBreaker: { failureThreshold: 100 },
      fallback: { handlers: [() => 'cached'], on: ['notFound'] },
    });
    const controller = new AbortController();
    await policy.tryExecute(scripted([down, 'fine']));
    await policy.tryExecute(scripted(['fine']));
    await policy.tryExecute(scripted([down]));
    await policy.tryExecute(scripted([Object.assign(new Error('missing'), { status: 404 })]));
    const timedOut = policy.tryExecute(hangs);
    await clock.advance('10s');
    await timedOut;
    const aborted = policy.tryExecute(hangs, { signal: controller.signal });
    controller.abort();
    await aborted;
    policy.breaker()?.forceOpen();
    await policy.tryExecute(hangs);
    const running = policy.tryExecute(hangs);
    await running;
    const stats = policy.stats();

    expect(stats).toMatchObject({
      calls: 8,
      // 2 + 1 + 3 + 1 + 1 + 1, and none of the rejected calls
      attempts: 9,
      retries: 3,
      successes: 2,
      failures: 1,
      fallbacks: 1,
      timeouts: 1,
      aborted: 1,
      rejections: 2,
      successRate: 2 / 8,
      averageRetries: 3 / 8,
    });
    const { successes, failures, fallbacks, timeouts, aborted: left, rejections } = stats;
    expect(successes + failures + fallbacks + timeouts + left + rejections).toBe(stats.calls);
  });

  it('count calls under way as begun, in no outcome', async () => {
    const { policy } = virtualPolicy({});
    void policy.tryExecute(hangs);

    expect(policy.stats()).toMatchObject({ calls: 1, attempts: 1, successRate: 1 });
  });

  it('count an attempt timeout that ends the call as a timeout', async () => {
    const { policy, clock } = virtualPolicy({ timeout: { attempt: '1s' }, retry: { backoff: noBackoff } });
    const result = policy.tryExecute(hangs);
    await clock.advance('3s');
    await result;

    expect(policy.stats()).toMatchObject({ timeouts: 1, failures: 0, attempts: 3 });
  });
});
