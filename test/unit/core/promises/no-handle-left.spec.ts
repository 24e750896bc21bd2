import { createPolicy } from '../../../../lib/core/create-policy.js';
import { nextTurn } from '../../../../lib/core/time/system-clock.js';
import { scripted } from '../../../../lib/testing/scripted.js';

const down = new Error('down');

/** Timers that would keep the process alive; immediates go by themselves. */
function handles(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout');
}

describe('calls on the system clock', () => {
  it('that are over leave no timer, whatever limits they had', async () => {
    const before = handles().length;
    const policy = createPolicy({
      name: 'payments',
      idempotent: true,
      timeout: { total: '1h', attempt: '1h' },
      retry: { maxAttempts: 2, backoff: { initialDelay: 0 }, budget: true },
      circuitBreaker: { resetTimeout: '1h', failureThreshold: 1000 },
      hedge: { delay: '1h', budget: { ratio: 1 } },
      adaptiveThrottle: { k: 1000 },
      rateLimiter: { limit: 100, interval: '1h', maxWait: '1h' },
      bulkhead: { maxConcurrent: 2, maxQueue: 1000, queueTimeout: '1h' },
    });
    const controller = new AbortController();
    const { signal } = controller;
    const endings = [() => 'at once', async () => 'fine', scripted([down])];
    await Promise.all(endings.map((operation) => policy.tryExecute(operation as () => unknown, { signal })));
    const waiting = Array.from({ length: 200 }, () =>
      policy.tryExecute(() => new Promise(() => {}), { signal }),
    );
    expect(handles().length).toBeGreaterThan(before);
    controller.abort();
    await Promise.all(waiting);
    await nextTurn();

    expect(handles().length).toBeLessThanOrEqual(before);
  });
});
