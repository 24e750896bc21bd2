import fc from 'fast-check';
import { SlidingCounts } from '../../lib/core/time/sliding-counts.js';

const samples = fc.array(
  fc.record({ pause: fc.integer({ min: 0, max: 400 }), kind: fc.nat(1), n: fc.integer({ min: 1, max: 5 }) }),
  { maxLength: 60 },
);
const windows = fc.record({
  durationMs: fc.integer({ min: 1, max: 1_000 }),
  buckets: fc.integer({ min: 1, max: 12 }),
});

describe('SlidingCounts', () => {
  it('holds all that is younger than the duration less a bucket, and nothing as old as the duration', () => {
    fc.assert(
      fc.property(windows, samples, ({ durationMs, buckets }, list) => {
        const counts = new SlidingCounts(durationMs, buckets, 2);
        const seen: { at: number; kind: number; n: number }[] = [];
        let now = 0;
        for (const { pause, kind, n } of list) {
          now += pause;
          counts.add(now, kind, n);
          seen.push({ at: now, kind, n });
          const within = (ageMs: number) =>
            seen
              .filter((one) => one.kind === kind && now - one.at < ageMs)
              .reduce((sum, one) => sum + one.n, 0);
          const total = counts.total(now, kind);
          expect(total).toBeLessThanOrEqual(within(durationMs));
          expect(total).toBeGreaterThanOrEqual(within(durationMs - durationMs / buckets));
        }
      }),
    );
  });

  it('holds nothing when no sample came for one duration', () => {
    fc.assert(
      fc.property(windows, samples, ({ durationMs, buckets }, list) => {
        const counts = new SlidingCounts(durationMs, buckets, 2);
        let now = 0;
        for (const { pause, kind, n } of list) counts.add((now += pause), kind, n);
        expect([counts.total(now + durationMs, 0), counts.total(now + durationMs, 1)]).toEqual([0, 0]);
      }),
    );
  });

  it('never holds more than was added, through resizes and clocks that go back', () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ at: fc.integer({ min: 0, max: 5_000 }) }),
        fc.record({ at: fc.integer({ min: 0, max: 5_000 }), resize: windows }),
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(steps, (list) => {
        const counts = new SlidingCounts(500, 5, 1);
        let added = 0;
        for (const step of list) {
          if ('resize' in step) counts.resize(step.resize.durationMs, step.resize.buckets);
          counts.add(step.at, 0);
          added++;
          expect(counts.total(step.at, 0)).toBeGreaterThanOrEqual(1);
          expect(counts.total(step.at, 0)).toBeLessThanOrEqual(added);
        }
        expect(counts.total(20_000, 0)).toBe(0);
      }),
    );
  });
});
