import { resolveBudget, type RetryBudgetOptions } from '../../../../lib/core/retry/budget-options.js';
import { RetryBudget } from '../../../../lib/core/retry/retry-budget.js';

function budgetOf(options: RetryBudgetOptions): RetryBudget {
  return new RetryBudget(resolveBudget(options));
}

function callsAt(budget: RetryBudget, now: number, calls: number): void {
  for (let i = 0; i < calls; i++) budget.countCall(now);
}

/** How many retries are allowed in a row. */
function retriesAt(budget: RetryBudget, now: number): number {
  let retries = 0;
  while (retries < 10_000 && budget.tryRetry(now)) retries++;
  return retries;
}

describe('RetryBudget', () => {
  it.each([
    // calls, ratio, minPerSecond, window, retries < ratio · calls + minPerSecond · window
    [0, 0.2, 3, '10s', 30],
    [1, 0.2, 3, '10s', 31],
    [5, 0.2, 3, '10s', 31],
    [6, 0.2, 3, '10s', 32],
    [100, 0.2, 3, '10s', 50],
    [100, 0.2, 0, '10s', 20],
    [0, 0.2, 0, '10s', 0],
    [100, 1, 0, '1s', 100],
    [10, 0.5, 0.5, '1m', 35],
    // 0.07 · 100 is 7.000000000000001 in binary.
    [100, 0.07, 0, '10s', 7],
  ])('after %i calls with ratio %d, %d a second and a window of %s allows %i retries', (...row) => {
    const [calls, ratio, minPerSecond, window, allowed] = row;
    const budget = budgetOf({ ratio, minPerSecond, window });
    callsAt(budget, 0, calls);

    expect(retriesAt(budget, 0)).toBe(allowed);
  });

  it('counts no retry that it refuses', () => {
    const budget = budgetOf({ ratio: 1, minPerSecond: 0 });
    callsAt(budget, 0, 1);

    expect(budget.tryRetry(0)).toBe(true);
    for (let i = 0; i < 10; i++) expect(budget.tryRetry(0)).toBe(false);
    callsAt(budget, 0, 1);
    expect(budget.tryRetry(0)).toBe(true);
  });

  it('forgets calls and retries after the window', () => {
    const budget = budgetOf({ ratio: 0.5, minPerSecond: 0, window: '10s' });
    callsAt(budget, 0, 4);

    expect(retriesAt(budget, 9_999)).toBe(2);
    expect(retriesAt(budget, 10_000)).toBe(0);
    callsAt(budget, 12_000, 2);
    expect(retriesAt(budget, 19_998)).toBe(0);
    expect(retriesAt(budget, 19_999)).toBe(1);
  });

  it('keeps what was counted when its options change', () => {
    const budget = budgetOf({ ratio: 0.5, minPerSecond: 0 });
    callsAt(budget, 0, 10);
    expect(retriesAt(budget, 0)).toBe(5);

    budget.reconfigure(resolveBudget({ ratio: 0.8, minPerSecond: 0 }));
    expect(retriesAt(budget, 0)).toBe(3);
  });

  it('tells what is used and what is allowed, and allows exactly that', () => {
    const budget = budgetOf({ ratio: 0.2, minPerSecond: 0.3, window: '10s' });
    callsAt(budget, 0, 6);
    expect(budget.reading(0)).toEqual({ used: 0, allowed: 5 });
    budget.tryRetry(0);
    expect(budget.reading(0)).toEqual({ used: 1, allowed: 5 });
    expect(retriesAt(budget, 0)).toBe(4);
    expect(budget.reading(10_000)).toEqual({ used: 0, allowed: 3 });
  });
});
