import fc from 'fast-check';
import { AdaptiveStats } from '../../lib/core/retry/backoff/adaptive-stats.js';
import type { BackoffSettings, Jitter } from '../../lib/core/retry/backoff/backoff-options.js';
import { computeDelay } from '../../lib/core/retry/backoff/compute-delay.js';
import { adaptiveSettings, backoffSettings } from '../support/backoff-settings.js';

const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const attempts = fc.oneof(fc.integer({ min: 1, max: 3_000 }), fc.constantFrom(1, 2, 1_476, 1_477, 3_000));
const lengths = fc.oneof(fc.integer({ min: 0, max: 100_000 }), fc.constantFrom(0, 2 ** 31, 1e15));
const types = fc.constantFrom('fixed', 'linear', 'exponential', 'fibonacci', 'adaptive');

const jitters = fc.oneof(
  fc.constantFrom<Jitter>('none', 'full', 'equal'),
  fc.record({ factor: fc.double({ min: 0.001, max: 1, noNaN: true }) }),
);

const rules: fc.Arbitrary<Pick<BackoffSettings, 'type' | 'jitter'>> = fc.oneof(
  fc.record({ type: types, jitter: jitters }),
  fc.constant({ type: 'exponential' as const, jitter: 'decorrelated' as const }),
);

const settings = fc
  .record({
    rule: rules,
    initialDelayMs: lengths,
    incrementMs: lengths,
    factor: fc.double({ min: 1, max: 100, noNaN: true }),
    bounds: fc.tuple(lengths, lengths),
    successThreshold: fc.double({ min: 0.01, max: 1, noNaN: true }),
  })
  .map(({ rule, bounds, successThreshold, ...rest }) => ({
    ...rule,
    ...rest,
    minDelayMs: Math.min(...bounds),
    maxDelayMs: Math.max(...bounds),
    ...(rule.type === 'adaptive' && { adaptive: adaptiveSettings({ successThreshold }) }),
  }));

describe('backoff', () => {
  it('stays within minDelay and maxDelay for every rule, jitter, attempt and seed', () => {
    fc.assert(
      fc.property(
        settings,
        attempts,
        unit,
        fc.option(unit, { nil: undefined }),
        (given, n, u, successRatio) => {
          const delay = computeDelay(given, n, { random: () => u, successRatio });
          expect(delay).toBeGreaterThanOrEqual(given.minDelayMs);
          expect(delay).toBeLessThanOrEqual(given.maxDelayMs);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('stays within its bounds when each delay comes from the one before', () => {
    fc.assert(
      fc.property(settings, fc.array(unit, { minLength: 1, maxLength: 50 }), (given, draws) => {
        let previous: number | undefined;
        draws.forEach((u, i) => {
          previous = computeDelay(given, i + 1, { random: () => u, previous });
          expect(previous).toBeGreaterThanOrEqual(given.minDelayMs);
          expect(previous).toBeLessThanOrEqual(given.maxDelayMs);
        });
      }),
    );
  });

  it('never shrinks from one attempt to the next without jitter', () => {
    fc.assert(
      fc.property(settings, fc.integer({ min: 1, max: 2_999 }), (given, n) => {
        const [delay, next] = [n, n + 1].map((attempt) =>
          computeDelay({ ...given, jitter: 'none' }, attempt, { random: () => 0 }),
        );
        expect(next).toBeGreaterThanOrEqual(delay!);
      }),
    );
  });

  it.each([
    ['full', 500],
    ['equal', 750],
    [{ factor: 0.3 }, 1_000],
    ['decorrelated', 2_000],
  ] as const)('with jitter %p has the mean %p ms over u spread evenly', (jitter, mean) => {
    const given = backoffSettings({ jitter });
    const delays = Array.from({ length: 1_000 }, (_, i) =>
      computeDelay(given, 1, { random: () => (i + 0.5) / 1_000 }),
    );
    expect(delays.reduce((sum, delay) => sum + delay, 0) / delays.length).toBeCloseTo(mean, 6);
  });
});

describe('AdaptiveStats', () => {
  it('gives the ratio of the last outcomes, through resizes', () => {
    const steps = fc.array(fc.oneof(fc.boolean(), fc.integer({ min: 1, max: 12 })), { maxLength: 80 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), steps, (firstWindow, list) => {
        const stats = new AdaptiveStats(firstWindow);
        let [window, outcomes] = [firstWindow, [] as boolean[]];
        for (const step of list) {
          if (typeof step === 'number') stats.resize((window = step));
          else stats.record(step);
          if (typeof step === 'boolean') outcomes.push(step);
          outcomes = outcomes.slice(-window);
          const ratio = outcomes.filter(Boolean).length / outcomes.length;
          expect(stats.ratio(1)).toBe(outcomes.length === 0 ? undefined : ratio);
        }
      }),
    );
  });
});
