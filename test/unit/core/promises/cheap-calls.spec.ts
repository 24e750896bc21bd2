import { createPolicy, type NamedPolicyOptions } from '../../../../lib/core/create-policy.js';
import type { Clock } from '../../../../lib/core/time/clock.js';
import { VirtualClock } from '../../../../lib/testing/virtual-clock.js';

const fallback = { value: 'fallback' };
const circuitBreaker = { failureRatio: 0.5, minimumCalls: 2, window: { type: 'count', size: 10 } } as const;
const retry = { maxAttempts: 3, backoff: { type: 'fixed', initialDelay: 0 } } as const;
const succeed = (): Promise<string> => Promise.resolve('fine');
const fail = (): Promise<never> => Promise.reject(new Error('down'));

/** A clock that counts what it is asked. */
class CountingClock implements Clock {
  reads = 0;
  timers = 0;
  private readonly clock = new VirtualClock();

  now(): number {
    this.reads++;
    return this.clock.now();
  }

  epoch(): number {
    this.reads++;
    return this.clock.epoch();
  }

  setTimer(...args: Parameters<Clock['setTimer']>): unknown {
    this.timers++;
    return this.clock.setTimer(...args);
  }

  dueAt(handle: unknown): number {
    return this.clock.dueAt(handle);
  }

  clearTimer(handle: unknown): void {
    this.clock.clearTimer(handle);
  }

  get pending(): number {
    return this.clock.pending;
  }
}

function counted(options: NamedPolicyOptions) {
  const clock = new CountingClock();
  return { clock, policy: createPolicy({ name: 'cheap', ...options }, { clock }) };
}

/** Runs `run` and tells how many AbortControllers and Errors were made meanwhile. */
async function made(run: () => Promise<unknown>): Promise<{ controllers: number; errors: number }> {
  const counts = { controllers: 0, errors: 0 };
  const { AbortController: Controller, Error: PlainError } = globalThis;
  const { captureStackTrace } = PlainError;
  globalThis.AbortController = class extends Controller {
    constructor() {
      super();
      counts.controllers++;
    }
  };
  PlainError.captureStackTrace = (...args) => {
    counts.errors++;
    return captureStackTrace(...args);
  };
  try {
    await run();
  } finally {
    globalThis.AbortController = Controller;
    PlainError.captureStackTrace = captureStackTrace;
  }
  return counts;
}

describe('a call that nothing stands against', () => {
  it.each<[string, NamedPolicyOptions]>([
    ['retry', { retry }],
    ['a breaker', { circuitBreaker }],
    ['fallback, retry and breaker', { fallback, retry, circuitBreaker }],
    ['a bulkhead', { bulkhead: 10 as never }],
  ])('reads no clock, sets no timer and makes no AbortController under %s', async (_, options) => {
    const { clock, policy } = counted(
      typeof options.bulkhead === 'number' ? { bulkhead: { maxConcurrent: 10 } } : options,
    );
    const { controllers } = await made(() => policy.execute(succeed));

    expect({ reads: clock.reads, timers: clock.timers, controllers }).toEqual({
      reads: 0,
      timers: 0,
      controllers: 0,
    });
  });

  it.each<[string, NamedPolicyOptions]>([
    ['a limit for the call', { timeout: '1s' }],
    ['a limit for the attempt', { timeout: { attempt: '1s' } }],
    ['everything', { fallback, retry, circuitBreaker, bulkhead: {}, timeout: { attempt: '1s' } }],
  ])('sets one timer, takes it down and reads no clock under %s', async (_, options) => {
    const { clock, policy } = counted(options);
    const { controllers } = await made(() => policy.execute(succeed));

    expect({ reads: clock.reads, timers: clock.timers, left: clock.pending, controllers }).toEqual({
      reads: 0,
      timers: 1,
      left: 0,
      controllers: 0,
    });
  });

  it('makes an AbortController for an operation that reads its signal, and for no other', async () => {
    const { policy } = counted({ timeout: '1s' });

    expect(await made(() => policy.execute(({ signal }) => signal.aborted))).toMatchObject({
      controllers: 1,
    });
  });

  it('counts as every call does', async () => {
    const { policy } = counted({ retry, circuitBreaker, bulkhead: {} });
    await policy.execute(succeed);
    await policy.wrap(succeed)();

    expect(policy.stats()).toMatchObject({ calls: 2, attempts: 2, successes: 2, failures: 0 });
    expect(policy.breaker()?.snapshot()).toMatchObject({ successes: 2, failures: 0 });
  });
});

describe('a call of an open circuit', () => {
  async function opened(options: NamedPolicyOptions) {
    const { clock, policy } = counted({ circuitBreaker, ...options });
    for (let i = 0; i < 2; i++) await policy.tryExecute(fail);
    return { clock, policy };
  }

  it('is answered by the value of a fallback without a timer', async () => {
    const { clock, policy } = await opened({ fallback });
    const operation = jest.fn(succeed);

    expect(await policy.execute(operation)).toBe('fallback');
    expect(operation).not.toHaveBeenCalled();
    expect(clock.timers).toBe(0);
    expect(policy.stats()).toMatchObject({ calls: 3, fallbacks: 3 });
  });

  it('tells by tryExecute what it was refused with, and why', async () => {
    const { policy } = await opened({});
    const result = await policy.tryExecute(succeed);

    expect(result.ok).toBe(false);
    expect(result).toMatchObject({ error: { code: 'CIRCUIT_OPEN', state: 'open', breaker: 'cheap' } });
    expect(result.report).toMatchObject({ attempts: 1, delays: [], reason: 'rejected', policy: 'cheap' });
    expect(result.report.errors).toEqual([(result as { error: unknown }).error]);
    expect(policy.stats()).toMatchObject({ rejections: 1 });
  });

  it('has the wait that was left when it was refused', async () => {
    const { policy } = await opened({});
    const [first, second] = [await policy.tryExecute(succeed), await policy.execute(succeed).catch((e) => e)];

    expect((first as { error: unknown }).error).toMatchObject({ retryAfter: 60_000 });
    expect(second).toMatchObject({ retryAfter: 60_000, cause: new Error('down') });
  });

  it('is told to those who listen', async () => {
    const { policy } = await opened({ fallback });
    const types: string[] = [];
    policy.events.onAny(({ type }) => types.push(type));
    await policy.execute(succeed);

    expect(types).toEqual(['callRejected', 'fallbackUsed']);
  });
});
