import { exponentialDelay } from '../../../../../lib/core/retry/backoff/exponential.js';
import { backoffSettings } from '../../../../support/backoff-settings.js';

describe('exponential backoff', () => {
  it.each([
    [2, 1, 1_000],
    [2, 2, 2_000],
    [2, 3, 4_000],
    [2, 7, 64_000],
    [1.5, 3, 2_250],
    [1, 3_000, 1_000],
  ])('with factor %p waits i·factor^(n − 1) after attempt %p: %p ms', (factor, attempt, ms) => {
    expect(exponentialDelay(backoffSettings({ factor }), attempt)).toBe(ms);
  });

  it('is infinite, not NaN, beyond what a number holds', () => {
    expect(exponentialDelay(backoffSettings(), 3_000)).toBe(Infinity);
  });

  it('stays at 0 when i is 0, for any attempt', () => {
    const settings = backoffSettings({ initialDelayMs: 0 });
    expect([1, 3_000].map((attempt) => exponentialDelay(settings, attempt))).toEqual([0, 0]);
  });
});
