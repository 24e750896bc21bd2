import { fibonacciDelay } from '../../../../../lib/core/retry/backoff/fibonacci.js';
import { backoffSettings } from '../../../../support/backoff-settings.js';

describe('fibonacci backoff', () => {
  const delay = (attempt: number, initialDelayMs = 10) =>
    fibonacciDelay(backoffSettings({ initialDelayMs }), attempt);

  it('waits i·F(n) with F = 1, 1, 2, 3, 5, 8, 13, 21', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => delay(attempt))).toEqual([
      10, 10, 20, 30, 50, 80, 130, 210,
    ]);
  });

  it('is exact as long as numbers are', () => {
    expect(delay(78, 1)).toBe(8_944_394_323_791_464);
  });

  it('is finite up to F(1476), and infinite, not NaN, beyond', () => {
    expect(delay(1_476, 1)).toBeCloseTo(1.3069892237633987e308, -300);
    expect([1_477, 3_000].map((attempt) => delay(attempt, 1))).toEqual([Infinity, Infinity]);
  });

  it('stays at 0 when i is 0, for any attempt', () => {
    expect([1, 3_000].map((attempt) => delay(attempt, 0))).toEqual([0, 0]);
  });
});
