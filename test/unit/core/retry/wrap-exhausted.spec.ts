import { callReport } from '../../../../lib/core/call-report.js';
import { isResilienceError } from '../../../../lib/core/errors/is-resilience-error.js';
import type { PolicyOptions } from '../../../../lib/core/policy-options.js';
import type { RetryOptions } from '../../../../lib/core/retry/retry-options.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { eventsOf, noBackoff, rejection, virtualPolicy } from '../../../support/virtual-policy.js';

function wrapping(retry: RetryOptions = {}, rest: PolicyOptions = {}) {
  return virtualPolicy({ ...rest, retry: { backoff: noBackoff, wrapExhausted: true, ...retry } });
}

describe('wrapExhausted', () => {
  it('throws MaxRetriesExceededError with all errors and the last as cause', async () => {
    const { policy } = wrapping();
    const errors = [new Error('1'), new Error('2'), new Error('3')];
    const error = await rejection(policy.execute(scripted(errors)));

    expect(isResilienceError(error, 'MAX_RETRIES_EXCEEDED')).toBe(true);
    expect(error).toMatchObject({ attempts: 3, maxAttempts: 3, policy: 'payments', operation: 'payments' });
    expect(error).toHaveProperty('errors', errors);
    expect((error as Error).cause).toBe(errors[2]);
    expect(callReport(error)).toMatchObject({ reason: 'exhausted', attempts: 3 });
  });

  it.each<[string, RetryOptions, PolicyOptions, Error, string]>([
    ['the budget refuses', { budget: { ratio: 0.1, minPerSecond: 0 } }, {}, new Error('x'), 'budget'],
    [
      'a hint is too long',
      {},
      {},
      Object.assign(new Error('x'), { headers: { 'retry-after': '3600' } }),
      'hint',
    ],
    [
      'the backoff passes the deadline',
      { backoff: { initialDelay: '10s', jitter: false } },
      { timeout: '5s' },
      new Error('x'),
      'timeout',
    ],
  ])('wraps, where %s, what else would have been retried', async (_, retry, rest, cause, reason) => {
    const { policy } = wrapping({ maxAttempts: 4, ...retry }, rest);
    const error = await rejection(policy.execute(scripted([cause])));

    expect(isResilienceError(error, 'MAX_RETRIES_EXCEEDED')).toBe(true);
    expect((error as Error).cause).toBe(cause);
    expect(callReport(error)?.reason).toBe(reason);
  });

  it.each<[string, Error]>([
    ['a permanent error', Object.assign(new Error('x'), { status: 404 })],
    ['an error in the code', new TypeError('x is undefined')],
  ])('leaves %s as it is', async (_, error) => {
    const { policy } = wrapping();

    expect(await rejection(policy.execute(scripted([error])))).toBe(error);
  });

  it("leaves the caller's abort and the total timeout as they are", async () => {
    const { policy, clock } = wrapping({}, { timeout: '1s' });
    const hangs = () => new Promise(() => {});
    const controller = new AbortController();
    const aborted = rejection(policy.execute(hangs, { signal: controller.signal }));
    const timedOut = rejection(policy.execute(hangs));
    controller.abort('enough');
    await clock.advance('1s');

    expect(await aborted).toBe('enough');
    expect(isResilienceError(await timedOut, 'TIMEOUT_EXCEEDED')).toBe(true);
  });

  it('leaves a rejection as it is', async () => {
    const { policy } = wrapping({}, { circuitBreaker: {} });
    policy.breaker()?.forceOpen();

    expect(isResilienceError(await rejection(policy.execute(scripted([1]))), 'CIRCUIT_OPEN')).toBe(true);
  });

  it('returns the last value that retryResult refuses', async () => {
    const { policy } = wrapping({ retryResult: () => true });

    expect(await policy.execute(scripted(['value']))).toBe('value');
  });

  it('tells the breaker, the fallback and the listeners apart: cause, wrapper, wrapper', async () => {
    const judged: unknown[] = [];
    const answered: unknown[] = [];
    const cause = new Error('down');
    const { policy } = wrapping(
      {},
      {
        circuitBreaker: { per: 'call', recordOn: [(error) => judged.push(error) > 0] },
        fallback: (error) => {
          answered.push(error);
          throw error;
        },
      },
    );
    const events = eventsOf(policy);
    await rejection(policy.execute(scripted([cause])));

    expect(judged).toEqual([cause]);
    expect(isResilienceError(answered[0], 'MAX_RETRIES_EXCEEDED')).toBe(true);
    expect(events.at(-1)).toMatchObject({ type: 'failure', outcome: 'failure' });
  });

  it('wraps the error of the only attempt, too', async () => {
    const { policy } = wrapping({ maxAttempts: 1 });
    const cause = new Error('x');
    const error = await rejection(policy.execute(scripted([cause])));

    expect(error).toMatchObject({ code: 'MAX_RETRIES_EXCEEDED', attempts: 1, maxAttempts: 1 });
    expect(error).toHaveProperty('errors', [cause]);
    expect((error as Error).cause).toBe(cause);
  });
});
