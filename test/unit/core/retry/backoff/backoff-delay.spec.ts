import type { AttemptContext } from '../../../../../lib/core/attempt-context.js';
import { backoffDelay } from '../../../../../lib/core/retry/backoff/backoff-delay.js';
import { BackoffError } from '../../../../../lib/core/retry/backoff/backoff-error.js';
import { ResilienceConfigError } from '../../../../../lib/core/errors/config-error.js';

describe('backoffDelay', () => {
  const random = () => 0.5;

  it('fills in the defaults: exponential, 1 s doubled up to 60 s, full jitter', () => {
    const delays = [1, 2, 3, 7, 8].map((attempt) => backoffDelay({}, attempt, { random }));
    expect(delays).toEqual([500, 1_000, 2_000, 32_000, 60_000]);
  });

  it('takes durations as strings, and booleans for jitter', () => {
    const backoff = { type: 'linear', initialDelay: '100ms', increment: '1.5s', jitter: false } as const;
    expect([1, 2, 3].map((attempt) => backoffDelay(backoff, attempt))).toEqual([100, 1_600, 3_100]);
    expect(backoffDelay({ jitter: true }, 1, { random: () => 0.25 })).toBe(250);
  });

  it('takes i for the increment of linear', () => {
    const backoff = { type: 'linear', initialDelay: 40, jitter: 'none' } as const;
    expect([1, 2, 3].map((attempt) => backoffDelay(backoff, attempt))).toEqual([40, 80, 120]);
  });

  it('goes on from the previous delay with decorrelated jitter', () => {
    const backoff = { jitter: 'decorrelated' } as const;
    expect(backoffDelay(backoff, 1, { random })).toBe(2_000);
    expect(backoffDelay(backoff, 2, { random, previous: 2_000 })).toBe(3_500);
  });

  it('stretches an adaptive backoff by the success ratio', () => {
    const backoff = { type: 'adaptive', jitter: 'none' } as const;
    const delays = [undefined, 1, 0.4].map((successRatio) => backoffDelay(backoff, 2, { successRatio }));
    expect(delays).toEqual([2_000, 1_000, 4_000]);
  });

  it('draws from the platform by default', () => {
    const delay = backoffDelay({ minDelay: 10 }, 1);
    expect(delay).toBeGreaterThanOrEqual(10);
    expect(delay).toBeLessThan(1_000);
  });

  it('asks a function, with a context that knows the attempt alone', () => {
    const backoff = jest.fn((attempt: number, context: AttemptContext) => attempt * 7 + context.attempt);
    expect(backoffDelay(backoff, 6)).toBe(48);
    const context = backoff.mock.calls[0]![1];
    expect(context).toMatchObject({ attempt: 6, maxAttempts: Infinity, lastError: undefined });
    expect([context.signal.aborted, context.remaining()]).toEqual([false, Infinity]);
  });

  it('refuses what is no delay from a function', () => {
    expect(() => backoffDelay(() => NaN, 1)).toThrow(BackoffError);
  });

  it.each([0, -1, 1.5, NaN, Infinity])('refuses the attempt %p', (attempt) => {
    expect(() => backoffDelay({}, attempt)).toThrow(RangeError);
  });

  it('refuses wrong options', () => {
    expect(() => backoffDelay({ factor: 0.5, initialDelay: '5' }, 1)).toThrow(ResilienceConfigError);
  });

  it('writes nothing to the options', () => {
    const backoff = Object.freeze({
      type: 'fixed',
      initialDelay: 5,
      jitter: Object.freeze({ factor: 0.5 }),
    } as const);
    expect(backoffDelay(backoff, 1, { random: () => 0 })).toBe(2.5);
  });
});
