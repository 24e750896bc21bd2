import { isResilienceError } from '../../../../lib/core/errors/is-resilience-error.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import {
  eventsOf,
  noBackoff,
  plainBackoff,
  rejection,
  virtualPolicy,
  watched,
} from '../../../support/virtual-policy.js';

interface Job {
  readonly status: 'running' | 'done';
}

const running: Job = { status: 'running' };
const done: Job = { status: 'done' };
const isRunning = (job: Job): boolean => job.status === 'running';

describe('retryResult', () => {
  it('retries until it accepts the result', async () => {
    const { policy } = virtualPolicy({ retry: { backoff: noBackoff, retryResult: isRunning } });
    const poll = scripted([running, running, done]);

    expect(await policy.execute(poll)).toBe(done);
    expect(poll.calls).toBe(3);
  });

  it('returns the last value once attempts run out', async () => {
    const { policy } = virtualPolicy({ retry: { backoff: noBackoff, retryResult: isRunning } });
    const values: Job[] = [{ status: 'running' }, { status: 'running' }, { status: 'running' }];
    const result = await policy.tryExecute(scripted(values));

    expect(result).toMatchObject({ ok: true, report: { reason: 'exhausted', attempts: 3, errors: [] } });
    expect(result.ok && result.value).toBe(values[2]);
    expect(policy.stats()).toMatchObject({ successes: 1, failures: 0, retries: 2 });
  });

  it('returns the last value where the backoff would pass the deadline', async () => {
    const { policy } = virtualPolicy({
      timeout: '500ms',
      retry: { backoff: plainBackoff, retryResult: isRunning },
    });

    expect(await policy.execute(scripted([running]))).toBe(running);
  });

  it('is called with the value and the context of the attempt', async () => {
    const seen: unknown[] = [];
    const { policy } = virtualPolicy({
      retry: {
        backoff: noBackoff,
        retryResult: (value, { attempt, operation }) => {
          seen.push([value, attempt, operation]);
          return attempt < 2;
        },
      },
    });
    await policy.execute(scripted(['a', 'b']), { operation: 'Jobs.poll' });

    expect(seen).toEqual([
      ['a', 1, 'Jobs.poll'],
      ['b', 2, 'Jobs.poll'],
    ]);
  });

  it('counts a refused result as a success of the circuit and of the budget', async () => {
    const { policy } = virtualPolicy({
      retry: { backoff: noBackoff, retryResult: isRunning },
      circuitBreaker: { failureThreshold: 1 },
    });
    await policy.execute(scripted([running]));

    expect(policy.breaker()?.snapshot().state).toBe('closed');
  });

  it('tells no lastError after a refused result', async () => {
    const { policy } = virtualPolicy({ retry: { backoff: noBackoff, retryResult: isRunning } });
    const failed = new Error('down');
    const seen: unknown[] = [];
    const results = [() => Promise.reject(failed), () => running, () => done];
    await policy.execute(({ attempt, lastError }) => {
      seen.push(lastError);
      return results[attempt - 1]?.();
    });

    expect(seen).toEqual([undefined, failed, undefined]);
  });

  it('has the events of a retry, without an error', async () => {
    const { policy } = virtualPolicy({
      retry: { maxAttempts: 2, backoff: noBackoff, retryResult: isRunning },
    });
    const events = eventsOf(policy);
    await policy.execute(scripted([running]));

    expect(events).toEqual([
      expect.objectContaining({ type: 'attemptStarted', attempt: 1 }),
      expect.objectContaining({ type: 'attemptFailed', attempt: 1, reason: 'result', error: undefined }),
      expect.objectContaining({ type: 'retry', attempt: 2, error: undefined }),
      expect.objectContaining({ type: 'attemptStarted', attempt: 2 }),
      expect.objectContaining({ type: 'attemptFailed', attempt: 2, reason: 'result' }),
      expect.objectContaining({ type: 'retriesExhausted', attempt: 2, reason: 'exhausted' }),
      expect.objectContaining({ type: 'success', attempt: 2 }),
    ]);
  });

  it('gives way to the total timeout during the backoff', async () => {
    const { policy, clock } = virtualPolicy({
      timeout: '2s',
      retry: { backoff: plainBackoff, retryResult: isRunning },
    });
    const result = watched(
      policy.execute(({ attempt }) => (attempt === 1 ? running : new Promise<Job>(() => {}))),
    );
    await clock.advance('2s');

    expect(isResilienceError(result.error, 'TIMEOUT_EXCEEDED')).toBe(true);
    expect(result.error).not.toHaveProperty('cause');
  });

  it.each([
    ['throws', () => Promise.reject(new Error('unreachable'))],
    ['gives a promise', () => Promise.resolve(true)],
  ])('that %s is passed over: the result is the call’s, and one event says so', async (kind, answer) => {
    const retryResult = (): never => {
      if (kind === 'throws') throw new Error('fault');
      return answer() as never;
    };
    const { policy } = virtualPolicy({ retry: { backoff: noBackoff, retryResult } });
    const events = eventsOf(policy);

    expect(await policy.execute(scripted(['value']))).toBe('value');
    expect(events.filter(({ type }) => type === 'diagnostic')).toEqual([
      expect.objectContaining({ source: 'retryResult', error: expect.any(Error) }),
    ]);
  });

  it('that aborts the call ends it with the reason, not with the value', async () => {
    const controller = new AbortController();
    const { policy } = virtualPolicy({
      retry: {
        backoff: noBackoff,
        retryResult: () => {
          controller.abort('enough');
          return true;
        },
      },
    });

    expect(await rejection(policy.execute(scripted(['value']), { signal: controller.signal }))).toBe(
      'enough',
    );
  });

  it('gives the refused value where the budget has no retry left, and tells no error of it', async () => {
    const { policy } = virtualPolicy({
      retry: { backoff: noBackoff, retryResult: isRunning, budget: { ratio: 0.1, minPerSecond: 0 } },
    });
    const events = eventsOf(policy);

    expect(await policy.execute(scripted([running]))).toBe(running);
    const [exhausted] = events.filter(({ type }) => type === 'budgetExhausted');
    expect(exhausted).toMatchObject({ attempt: 2, error: undefined });
  });
});
