import { callReport } from '../../../../lib/core/call-report.js';
import { isResilienceError } from '../../../../lib/core/errors/is-resilience-error.js';
import type { PolicyOptions } from '../../../../lib/core/policy-options.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import {
  eventsOf,
  noBackoff,
  plainBackoff,
  virtualPolicy,
  watched,
} from '../../../support/virtual-policy.js';

const hangs = (): Promise<never> => new Promise(() => {});
const down = new Error('down');

describe('the total timeout', () => {
  it.each<[string, NonNullable<PolicyOptions['timeout']>, number]>([
    ['a string', '5s', 5000],
    ['a number', 250, 250],
    ['an object', { total: '2s' }, 2000],
  ])('is given as %s', async (_, timeout, ms) => {
    const { policy, clock } = virtualPolicy({ timeout });
    const result = watched(policy.execute(hangs));
    await clock.advance(ms - 1);
    expect(result.settled).toBe(false);
    await clock.advance(1);

    expect(isResilienceError(result.error, 'TIMEOUT_EXCEEDED')).toBe(true);
    expect(result.error).toMatchObject({ timeout: ms, scope: 'total', policy: 'payments' });
  });

  it('bounds all attempts and pauses together', async () => {
    const { policy, clock } = virtualPolicy({
      timeout: '3s',
      retry: { maxAttempts: Infinity, backoff: { type: 'fixed', initialDelay: 900, jitter: false } },
    });
    const charge = scripted([down]);
    const result = watched(policy.execute(charge));
    await clock.advance('3s');

    // At 0, 900, 1800 and 2700; the next pause would pass the limit.
    expect(charge.calls).toBe(4);
    expect(result.error).toBe(down);
  });

  it('ends a pause that ends later only because the clock of the pause began later', async () => {
    const { policy, clock } = virtualPolicy({ timeout: '3s', retry: { backoff: plainBackoff } });
    const slow = scripted([
      () => new Promise((_, reject) => clock.setTimer({ expire: () => reject(down) }, 2500)),
    ]);
    const result = watched(policy.execute(slow));
    await clock.advance('3s');

    expect(result.error).toBe(down);
    expect(callReport(down)).toMatchObject({ reason: 'timeout', duration: 2500 });
  });

  it('aborts ctx.signal with the error', async () => {
    const { policy, clock } = virtualPolicy({ timeout: '1s' });
    let signal: AbortSignal | undefined;
    const result = watched(
      policy.execute((ctx) => {
        signal = ctx.signal;
        return hangs();
      }),
    );
    await clock.advance(999);
    expect(signal?.aborted).toBe(false);
    await clock.advance(1);

    expect(signal?.aborted).toBe(true);
    expect(signal?.reason).toBe(result.error);
  });

  it('aborts ctx.signal also where it is read only afterwards', async () => {
    const { policy, clock } = virtualPolicy({ timeout: '1s' });
    let read: (() => AbortSignal) | undefined;
    const result = watched(
      policy.execute((ctx) => {
        read = () => ctx.signal;
        return hangs();
      }),
    );
    await clock.advance('1s');

    expect(read?.()).toMatchObject({ aborted: true, reason: result.error });
  });

  it.each<[string, () => unknown]>([
    ['succeeds', () => Promise.resolve('fine')],
    ['succeeds synchronously', () => 'fine'],
    ['fails', () => Promise.reject(down)],
    [
      'throws synchronously',
      () => {
        throw down;
      },
    ],
  ])('takes its timer down when the call %s', async (_, operation) => {
    const { policy, clock } = virtualPolicy({ timeout: { total: '1m', attempt: '10s' } });
    await policy.tryExecute(operation);

    expect(clock.pending).toBe(0);
  });

  it('starts no timer for a call that the circuit refuses', async () => {
    const { policy, clock } = virtualPolicy({ timeout: '1m', retry: {}, circuitBreaker: {} });
    policy.breaker()?.forceOpen();
    const setTimer = jest.spyOn(clock, 'setTimer');
    await policy.tryExecute(hangs);

    expect(setTimer).not.toHaveBeenCalled();
  });

  it('has its timer while a refused first attempt waits for its retry', async () => {
    const { policy, clock } = virtualPolicy({
      timeout: '10s',
      retry: { maxAttempts: 100, backoff: plainBackoff, retryOn: ['rejected'] },
      circuitBreaker: {},
    });
    policy.breaker()?.forceOpen();
    const result = watched(policy.execute(hangs));
    await clock.advance('3s');
    expect(clock.pending).toBe(2);
    policy.breaker()?.close();
    await clock.advance('7s');

    expect(result.error).toMatchObject({ scope: 'total' });
    expect(clock.now()).toBe(10_000);
    expect(clock.pending).toBe(0);
  });

  it('does not bound the fallback', async () => {
    const { policy, clock } = virtualPolicy({
      timeout: '1s',
      fallback: () => new Promise((resolve) => clock.setTimer({ expire: () => resolve('late') }, 60_000)),
    });
    const result = watched(policy.execute(hangs));
    await clock.advance('61s');

    expect(result.value).toBe('late');
  });

  it('does not move with the wall clock', async () => {
    const { policy, clock } = virtualPolicy({ timeout: '1s' });
    const result = watched(policy.execute(hangs));
    clock.jumpEpoch(3_600_000);
    await clock.advance(999);
    expect(result.settled).toBe(false);
    clock.jumpEpoch(-7_200_000);
    await clock.advance(1);

    expect(result.error).toMatchObject({ scope: 'total' });
  });

  it('of more than 2^31 ms does not fire at once', async () => {
    const { policy, clock } = virtualPolicy({ timeout: '30d' });
    const result = watched(policy.execute(hangs));
    await clock.advance('29d');
    expect(result.settled).toBe(false);
    await clock.advance('1d');

    expect(result.error).toMatchObject({ timeout: 30 * 86_400_000 });
  });
});

describe('the attempt timeout', () => {
  it('ends one attempt, and the next one follows', async () => {
    const { policy, clock } = virtualPolicy({
      timeout: { attempt: '1s' },
      retry: { backoff: noBackoff },
    });
    const signals: AbortSignal[] = [];
    const result = watched(
      policy.execute((ctx) => {
        signals.push(ctx.signal);
        return ctx.attempt < 3 ? hangs() : 'fine';
      }),
    );
    await clock.advance('2s');

    expect(result.value).toBe('fine');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, false]);
    expect(signals[0]?.reason).toMatchObject({ scope: 'attempt', timeout: 1000 });
    expect(clock.pending).toBe(0);
  });

  it('is the error of a call without retry', async () => {
    const { policy, clock } = virtualPolicy({ timeout: { attempt: '1s' } });
    const result = watched(policy.execute(hangs));
    await clock.advance('1s');

    expect(result.error).toMatchObject({ code: 'TIMEOUT_EXCEEDED', scope: 'attempt', timeout: 1000 });
    expect(callReport(result.error)?.reason).toBe('timeout');
  });

  it('counts anew for each attempt, from its invocation', async () => {
    const { policy, clock } = virtualPolicy({
      timeout: { attempt: '1s' },
      retry: { backoff: { type: 'fixed', initialDelay: '5s', jitter: false } },
    });
    const remaining: number[] = [];
    watched(
      policy.execute((ctx) => {
        remaining.push(ctx.remaining());
        return hangs();
      }),
    );
    await clock.advance('20s');

    expect(remaining).toEqual([1000, 1000, 1000]);
  });

  it('is a failure of the circuit and a timeout in the statistics', async () => {
    const { policy, clock } = virtualPolicy({
      timeout: { attempt: '1s' },
      circuitBreaker: { failureThreshold: 1 },
    });
    const result = watched(policy.execute(hangs));
    await clock.advance('1s');

    expect(result.settled).toBe(true);
    expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'open', lastError: 'timeout' });
    expect(policy.stats()).toMatchObject({ timeouts: 1, failures: 0 });
  });
});

describe('remaining()', () => {
  it('is the least of attempt and call, never below 0, and Infinity without a limit', async () => {
    const { policy, clock } = virtualPolicy({
      timeout: { total: '5s', attempt: '3s' },
      retry: { backoff: { type: 'fixed', initialDelay: '500ms', jitter: false } },
    });
    const contexts: { remaining(): number }[] = [];
    const atStart: number[] = [];
    watched(
      policy.execute((ctx) => {
        contexts.push(ctx);
        atStart.push(ctx.remaining());
        return hangs();
      }),
    );
    await clock.advance('1s');
    expect(contexts[0]?.remaining()).toBe(2000);
    await clock.advance('9s');

    expect(atStart).toEqual([3000, 1500]);
    expect(contexts[1]?.remaining()).toBe(0);
    const unlimited = virtualPolicy({});
    expect(await unlimited.policy.execute((ctx) => ctx.remaining())).toBe(Infinity);
  });
});

describe('the events of a timeout', () => {
  it('say which limit it was', async () => {
    const { policy, clock } = virtualPolicy({
      timeout: { total: '1500ms', attempt: '1s' },
      retry: { backoff: noBackoff },
    });
    const events = eventsOf(policy);
    const result = watched(policy.execute(hangs));
    await clock.advance('2s');

    expect(events.filter(({ type }) => type === 'timeout')).toEqual([
      expect.objectContaining({ scope: 'attempt', attempt: 1, timeout: 1000 }),
      expect.objectContaining({ scope: 'total', attempt: 2, timeout: 1500 }),
    ]);
    expect(events.at(-1)).toMatchObject({
      type: 'failure',
      outcome: 'timeout',
      category: 'timeout',
      attempt: 2,
      duration: 1500,
      error: result.error,
    });
  });
});
