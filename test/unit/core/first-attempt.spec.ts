import { Readable } from 'node:stream';
import type { AttemptContext } from '../../../lib/core/attempt-context.js';
import type { CallOptions } from '../../../lib/core/call-options.js';
import { callReport } from '../../../lib/core/call-report.js';
import { createPolicy, type NamedPolicyOptions } from '../../../lib/core/create-policy.js';
import type { Clock, TimerTask } from '../../../lib/core/time/clock.js';
import { VirtualClock } from '../../../lib/testing/virtual-clock.js';
import { rejection } from '../../support/virtual-policy.js';

const noDelay = { type: 'fixed', initialDelay: 0 } as const;

function policyOf(options: NamedPolicyOptions) {
  const clock = new VirtualClock();
  return { clock, policy: createPolicy({ name: 'lane', ...options }, { clock }) };
}

/** A clock whose timers fall due between two microtasks. */
function clockByHand() {
  const tasks = new Set<TimerTask>();
  const clock: Clock = {
    now: () => 0,
    epoch: () => 0,
    setTimer: (task) => tasks.add(task) && task,
    dueAt: () => 1000,
    clearTimer: (task) => void tasks.delete(task as TimerTask),
  };
  const expireAll = (): void => {
    for (const task of tasks) {
      tasks.delete(task);
      task.expire();
    }
  };
  return { clock, tasks, expireAll };
}

describe('the first attempt of a call on the fast lane', () => {
  it('goes on as attempt 1 of the whole call when it fails', async () => {
    const { policy } = policyOf({ retry: { maxAttempts: 3, backoff: noDelay } });
    const seen: unknown[] = [];
    const error = new Error('down');
    const operation = (ctx: AttemptContext): string => {
      seen.push([ctx.attempt, ctx.lastError]);
      if (ctx.attempt === 1) throw error;
      return 'fine';
    };

    expect(await policy.execute(operation)).toBe('fine');
    expect(seen).toEqual([
      [1, undefined],
      [2, error],
    ]);
    expect(policy.stats()).toMatchObject({ calls: 1, attempts: 2, retries: 1, successes: 1 });
  });

  it('has a signal that its limit aborts, though it was read before anything went wrong', async () => {
    const { clock, policy } = policyOf({ timeout: { attempt: '1s' } });
    let signal: AbortSignal | undefined;
    const call = policy
      .tryExecute(() => undefined)
      .then(() =>
        policy.execute((ctx) => {
          ({ signal } = ctx);
          return new Promise(() => undefined);
        }),
      );
    const result = rejection(call);
    await clock.advance('999ms');
    expect(signal?.aborted).toBe(false);
    await clock.advance('1ms');
    expect(await result).toMatchObject({ code: 'TIMEOUT_EXCEEDED', scope: 'attempt' });
    expect(signal?.aborted).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('keeps to the limit of the call over all attempts, counted from its beginning', async () => {
    const { clock, policy } = policyOf({
      timeout: { total: '1s' },
      retry: { maxAttempts: 5, backoff: noDelay },
    });
    const remaining: number[] = [];
    let fail: (error: Error) => void = () => undefined;
    const call = policy.execute((ctx) => {
      remaining.push(ctx.remaining());
      return new Promise((_, reject) => (fail = reject));
    });
    const result = rejection(call);
    await clock.advance('400ms');
    fail(new Error('down'));
    await clock.advance('600ms');
    expect(await result).toMatchObject({ code: 'TIMEOUT_EXCEEDED', scope: 'total' });

    expect(remaining).toEqual([1000, 600]);
    expect(clock.now()).toBe(1000);
    expect(clock.pending).toBe(0);
  });

  it('reports as every call does', async () => {
    const { policy } = policyOf({ retry: { maxAttempts: 2, backoff: noDelay } });
    const error = new Error('down');
    await policy.execute(() => Promise.reject(error)).catch(() => undefined);

    expect(callReport(error)).toMatchObject({ attempts: 2, errors: [error, error], reason: 'exhausted' });
  });

  it.each<[string, CallOptions, number]>([
    ['nothing', {}, 2],
    ['operation and arguments', { operation: 'Orders.place', args: [7] }, 2],
    ['idempotent: false', { idempotent: false }, 1],
  ])('does what its options say when it fails: %s', async (_, options, attempts) => {
    const { policy } = policyOf({ retry: { maxAttempts: 2, backoff: noDelay } });
    const operation = jest.fn(() =>
      Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' })),
    );
    const error = await rejection(policy.execute(operation, options));

    expect(operation).toHaveBeenCalledTimes(attempts);
    expect(callReport(error)).toMatchObject({ attempts, operation: options.operation ?? 'lane' });
  });

  it('discards a result that comes after its limit', async () => {
    const discard = jest.fn();
    const { clock, policy } = policyOf({ timeout: '1s', discard });
    let resolve: (value: string) => void = () => undefined;
    const call = policy.execute(() => new Promise<string>((done) => (resolve = done)));
    const result = rejection(call);
    await clock.advance('1s');
    expect(await result).toMatchObject({ scope: 'total' });
    resolve('late');
    await clock.advance(0);

    expect(discard.mock.calls).toEqual([['late']]);
  });

  it('holds its slot until a late operation has settled', async () => {
    const { clock, policy } = policyOf({ timeout: { attempt: '1s' }, bulkhead: { maxConcurrent: 1 } });
    let resolve: (value: string) => void = () => undefined;
    const first = policy
      .tryExecute(() => 1)
      .then(() => policy.execute(() => new Promise<string>((done) => (resolve = done))));
    const result = rejection(first);
    await clock.advance('1s');
    expect(await result).toMatchObject({ code: 'TIMEOUT_EXCEEDED' });

    await expect(policy.execute(() => 1)).rejects.toMatchObject({ code: 'BULKHEAD_FULL' });
    resolve('late');
    await clock.advance(0);
    expect(await policy.execute(() => 1)).toBe(1);
  });

  it.each<[string, NamedPolicyOptions]>([
    ['alone', { timeout: '1s' }],
    ['with a retry', { timeout: { attempt: '1s' }, retry: { maxAttempts: 2, backoff: noDelay } }],
  ])('ends with what came in time, whatever happens before that is told: a limit %s', async (_, options) => {
    const { clock, tasks, expireAll } = clockByHand();
    const policy = createPolicy({ name: 'lane', ...options }, { clock });
    const operation = Promise.resolve('in time');
    let signal: AbortSignal | undefined;
    let context: AttemptContext | undefined;
    const call = policy.execute((ctx) => {
      context = ctx;
      return operation;
    });
    // Runs when the attempt has its value, and the call has not gone on with it yet.
    const between = operation.then(() => {
      signal = context?.signal;
      expireAll();
    });
    await between;

    expect(await call).toBe('in time');
    expect(signal?.aborted).toBe(false);
    expect(policy.stats()).toMatchObject({ calls: 1, attempts: 1, successes: 1, timeouts: 0 });
    expect(tasks.size).toBe(0);
  });

  it.each<[string, NamedPolicyOptions]>([
    ['alone', {}],
    ['of each of several attempts', { retry: { maxAttempts: 2, backoff: noDelay } }],
  ])('gives its slot back when it fails before its limit: %s', async (_, options) => {
    const { policy } = policyOf({ timeout: { attempt: '1s' }, bulkhead: { maxConcurrent: 1 }, ...options });
    const error = new Error('down');
    expect(await rejection(policy.execute(() => Promise.reject(error)))).toBe(error);

    expect(await policy.execute(() => 1)).toBe(1);
  });

  it('gives its slot back when the stream has ended that it gave before its limit', async () => {
    const { policy } = policyOf({ timeout: { attempt: '1s' }, bulkhead: { maxConcurrent: 1 } });
    const stream = await policy.execute(() => Promise.resolve(Readable.from(['some', 'bytes'])));
    expect(await rejection(policy.execute(() => 1))).toMatchObject({ code: 'BULKHEAD_FULL' });
    await stream.toArray();
    await new Promise((resolve) => setImmediate(resolve));

    expect(await policy.execute(() => 1)).toBe(1);
  });
});
