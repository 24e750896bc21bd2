import { linearDelay } from '../../../../../lib/core/retry/backoff/linear.js';
import { backoffSettings } from '../../../../support/backoff-settings.js';

describe('linear backoff', () => {
  it.each([
    [1, 1_000],
    [2, 1_500],
    [3, 2_000],
    [10, 5_500],
    [3_000, 1_500_500],
  ])('waits i + increment·(n − 1) after attempt %p: %p ms', (attempt, ms) => {
    expect(linearDelay(backoffSettings({ initialDelayMs: 1_000, incrementMs: 500 }), attempt)).toBe(ms);
  });

  it('stays at i when the increment is 0', () => {
    expect(linearDelay(backoffSettings({ initialDelayMs: 70, incrementMs: 0 }), 9)).toBe(70);
  });
});
