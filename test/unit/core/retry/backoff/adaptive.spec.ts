import { adaptiveDelay } from '../../../../../lib/core/retry/backoff/adaptive.js';
import { adaptiveSettings, backoffSettings } from '../../../../support/backoff-settings.js';

describe('adaptive backoff', () => {
  const settings = backoffSettings({
    type: 'adaptive',
    adaptive: adaptiveSettings({ successThreshold: 0.8 }),
  });

  it.each([
    { r: 1, attempt: 1, ms: 1_000 },
    { r: 1, attempt: 5, ms: 1_000 },
    { r: 0.8, attempt: 5, ms: 1_000 },
    { r: 0.6, attempt: 1, ms: 1_500 },
    { r: 0.4, attempt: 1, ms: 2_000 },
    { r: 0.4, attempt: 3, ms: 8_000 },
    { r: 0, attempt: 1, ms: 3_000 },
    { r: 0, attempt: 4, ms: 24_000 },
  ])('with threshold 0.8 and success ratio $r waits $ms ms after attempt $attempt', ({ r, attempt, ms }) => {
    expect(adaptiveDelay(settings, attempt, r)).toBeCloseTo(ms, 6);
  });

  it('grows as exponential while too few attempts were seen', () => {
    expect([1, 2, 3, 4].map((attempt) => adaptiveDelay(settings, attempt))).toEqual([
      1_000, 2_000, 4_000, 8_000,
    ]);
  });

  it('stays at i with the threshold 1 only when every attempt succeeds', () => {
    const strict = { ...settings, adaptive: adaptiveSettings({ successThreshold: 1 }) };
    expect(adaptiveDelay(strict, 2, 1)).toBe(1_000);
    expect(adaptiveDelay(strict, 2, 0.99)).toBeCloseTo(2_040, 6);
  });

  it('is infinite, not NaN, beyond what a number holds', () => {
    expect(adaptiveDelay(settings, 3_000, 0)).toBe(Infinity);
  });
});
