import fc from 'fast-check';
import { AdaptiveLimit } from '../../lib/core/bulkhead/adaptive-limit.js';

const sample = fc.record({
  pauseMs: fc.nat(50),
  durationMs: fc.oneof(fc.nat(30), fc.nat(5_000)),
  timedOut: fc.boolean(),
  inFlight: fc.nat(60),
});
const bounds = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.nat(40))
  .map(([min, more]) => ({ min, max: min + more }));

describe('an adaptive limit', () => {
  it('stays a whole number within its bounds, and moves by one up or by at most a tenth down', () => {
    fc.assert(
      fc.property(bounds, fc.integer({ min: 1, max: 100 }), fc.array(sample), (within, start, samples) => {
        const limit = new AdaptiveLimit(within, start);
        let now = 0;
        for (const { pauseMs, ...how } of samples) {
          const before = limit.limit;
          now += pauseMs;
          limit.record({ endedAt: now, ...how });
          expect(Number.isInteger(limit.limit)).toBe(true);
          expect(limit.limit).toBeGreaterThanOrEqual(Math.max(within.min, Math.floor(before * 0.9)));
          expect(limit.limit).toBeLessThanOrEqual(Math.min(within.max, before + 1));
          if (how.timedOut) expect(limit.limit).toBeLessThanOrEqual(before);
        }
      }),
    );
  });
});
