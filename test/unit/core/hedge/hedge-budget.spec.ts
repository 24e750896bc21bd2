import fc from 'fast-check';
import { HedgeBudget } from '../../../../lib/core/hedge/hedge-budget.js';

/** For each attempt whether it was allowed a hedge, when every one asks for it. */
function hedgesOf(budget: HedgeBudget, attempts: number): boolean[] {
  return Array.from({ length: attempts }, () => {
    budget.earn();
    const allowed = budget.allowsHedge;
    if (allowed) budget.spend();
    return allowed;
  });
}

const positions = (allowed: boolean[]): number[] =>
  allowed.flatMap((isAllowed, index) => (isAllowed ? [index + 1] : []));

describe('the hedge budget', () => {
  it.each([
    [0.1, [1, 11, 21]],
    [0.25, [1, 5, 9, 13, 17, 21]],
    [0.3, [1, 5, 8, 11, 15, 18, 21]],
  ])('of ratio %d allows a hedge to these of 25 attempts that all want one', (ratio, expected) => {
    expect(positions(hedgesOf(new HedgeBudget(ratio), 25)).filter((position) => position <= 21)).toEqual(
      expected,
    );
  });

  it('of ratio 1 allows every attempt one', () => {
    expect(hedgesOf(new HedgeBudget(1), 5)).toEqual([true, true, true, true, true]);
  });

  it('saves up at most ten hedges at ratio 0.1', () => {
    const budget = new HedgeBudget(0.1);
    for (let attempt = 0; attempt < 1000; attempt++) budget.earn();
    let hedges = 0;
    for (; budget.allowsHedge; hedges++) budget.spend();

    expect(hedges).toBe(10);
  });

  it('keeps to a smaller ratio from the change on', () => {
    const budget = new HedgeBudget(1);
    for (let attempt = 0; attempt < 100; attempt++) budget.earn();
    budget.reconfigure(0.1);
    let hedges = 0;
    for (; budget.allowsHedge; hedges++) budget.spend();

    expect(hedges).toBe(10);
  });

  it('never allows more than its share, rounded up, in any sequence', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        fc.array(fc.nat(3), { maxLength: 500 }),
        (ratio, wishes) => {
          const budget = new HedgeBudget(ratio);
          let hedges = 0;
          wishes.forEach((wish, index) => {
            budget.earn();
            for (let i = 0; i < wish && budget.allowsHedge; i++, hedges++) budget.spend();
            expect(hedges).toBeLessThanOrEqual(Math.ceil(ratio * (index + 1) - 1e-6) || 1);
          });
        },
      ),
    );
  });
});
