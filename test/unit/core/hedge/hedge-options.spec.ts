import { resolveHedge } from '../../../../lib/core/hedge/hedge-options.js';
import { issuesOf } from '../../../support/issues-of.js';

describe('the options of hedging', () => {
  it('have one hedge and a budget of 0.1 by default', () => {
    expect(resolveHedge({ delay: '200ms' })).toMatchObject({
      delayMs: 200,
      maxHedges: 1,
      budget: { ratio: 0.1, scope: 'operation', maxKeys: 10_000 },
    });
  });

  it.each([
    [95, 0.95],
    [0.95, 0.95],
    [99.9, 0.999],
    [1, 1],
  ])('take a percentile of %d as the share %d', (percentile, share) => {
    expect(resolveHedge({ percentile }).percentile).toBeCloseTo(share, 12);
  });

  it.each([
    [{}, 'delay: expected either a delay or a percentile (got neither)'],
    [{ delay: 1, percentile: 95 }, 'delay: expected either a delay or a percentile (got both)'],
    [{ percentile: 100 }, 'percentile: expected a percentile such as 95 or 0.95 (got 100)'],
    [{ percentile: 0 }, 'percentile: expected a percentile such as 95 or 0.95 (got 0)'],
    [{ delay: -1 }, "delay: expected a duration such as 250 or '2s', 0 or more (got -1)"],
    [{ delay: 1, maxHedges: -1 }, 'maxHedges: expected an integer >= 0 (got -1)'],
    [
      { delay: 1, budget: { ratio: 0 } },
      'budget.ratio: expected a ratio greater than 0 and at most 1 (got 0)',
    ],
    [
      { delay: 1, budget: { name: 'a', scope: 'policy' as const } },
      "budget.name: expected either a name or a scope, not both (got 'a' and 'policy')",
    ],
  ])('refuse %j', (options, issue) => {
    expect(issuesOf(() => resolveHedge(options))).toEqual([issue]);
  });

  it('allow 0 hedges, and a delay of 0', () => {
    expect(resolveHedge({ delay: 0, maxHedges: 0 })).toMatchObject({ delayMs: 0, maxHedges: 0 });
  });
});
