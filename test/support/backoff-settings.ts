import type { AdaptiveSettings, BackoffSettings } from '../../lib/core/retry/backoff/backoff-options.js';

/** Resolved backoff settings for formulas: 1 s, doubled, from 0 to 60 s, without jitter. */
export function backoffSettings(given: Partial<BackoffSettings> = {}): BackoffSettings {
  return {
    type: 'exponential',
    initialDelayMs: 1_000,
    factor: 2,
    incrementMs: 1_000,
    minDelayMs: 0,
    maxDelayMs: 60_000,
    jitter: 'none',
    ...given,
  };
}

/** Resolved settings of an adaptive backoff: threshold 0.8, the last 100 outcomes, at least 10 of them. */
export function adaptiveSettings(given: Partial<AdaptiveSettings> = {}): AdaptiveSettings {
  return {
    scope: 'operation',
    maxKeys: 10_000,
    successThreshold: 0.8,
    window: 100,
    minSamples: 10,
    ...given,
  };
}
