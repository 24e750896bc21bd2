import { computeDelay } from '../../../../../lib/core/retry/backoff/compute-delay.js';
import { adaptiveSettings, backoffSettings } from '../../../../support/backoff-settings.js';

const half = () => 0.5;

describe('computeDelay', () => {
  it.each([
    ['fixed', [200, 200, 200, 200, 200]],
    ['linear', [200, 300, 400, 500, 600]],
    ['exponential', [200, 600, 1_800, 5_400, 16_200]],
    ['fibonacci', [200, 200, 400, 600, 1_000]],
  ] as const)('follows the rule %s: %p', (type, delays) => {
    const settings = backoffSettings({ type, initialDelayMs: 200, incrementMs: 100, factor: 3 });
    expect([1, 2, 3, 4, 5].map((n) => computeDelay(settings, n, { random: half }))).toEqual(delays);
  });

  it('follows the rule adaptive with the success ratio it is given', () => {
    const settings = backoffSettings({ type: 'adaptive', adaptive: adaptiveSettings() });
    const delays = [undefined, 0.9, 0.4].map((successRatio) =>
      computeDelay(settings, 2, { random: half, successRatio }),
    );
    expect(delays).toEqual([2_000, 1_000, 4_000]);
  });

  it('spreads the result of the rule', () => {
    const settings = backoffSettings({ jitter: 'equal' });
    expect(computeDelay(settings, 3, { random: half })).toBe(3_000);
  });

  it('bounds the result with jitter included, not the rule', () => {
    const settings = backoffSettings({ jitter: 'full', minDelayMs: 1_500, maxDelayMs: 5_000 });
    const delays = [1, 3, 4, 8].map((n) => computeDelay(settings, n, { random: half }));
    expect(delays).toEqual([1_500, 2_000, 4_000, 5_000]);
  });

  it('never exceeds maxDelay by an upward jitter', () => {
    const settings = backoffSettings({ type: 'fixed', jitter: { factor: 0.5 }, maxDelayMs: 1_200 });
    expect(computeDelay(settings, 1, { random: () => 0.9 })).toBe(1_200);
  });

  it.each(['exponential', 'fibonacci'] as const)('is maxDelay once %s has overflowed', (type) => {
    expect(computeDelay(backoffSettings({ type }), 3_000, { random: half })).toBe(60_000);
  });

  describe('with decorrelated jitter', () => {
    const settings = backoffSettings({ jitter: 'decorrelated', maxDelayMs: 4_000 });

    it('starts from i and goes on from the last delay after bounds', () => {
      const delays: number[] = [];
      for (const u of [0.5, 0.5, 0.5, 0]) {
        delays.push(computeDelay(settings, delays.length + 1, { random: () => u, previous: delays.at(-1) }));
      }
      expect(delays).toEqual([2_000, 3_500, 4_000, 1_000]);
    });

    it('does not look at the attempt', () => {
      expect(computeDelay(settings, 3_000, { random: () => 0.25, previous: 1_000 })).toBe(1_500);
    });
  });
});
