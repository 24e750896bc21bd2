import { fixedDelay } from '../../../../../lib/core/retry/backoff/fixed.js';
import { backoffSettings } from '../../../../support/backoff-settings.js';

describe('fixed backoff', () => {
  it('waits i after every attempt', () => {
    const settings = backoffSettings({ initialDelayMs: 250 });
    expect([1, 2, 3, 3_000].map((attempt) => fixedDelay(settings, attempt))).toEqual([250, 250, 250, 250]);
  });
});
