import type { BackoffSettings } from './backoff-options.js';

/** The delay in milliseconds after an attempt (n, from 1), before jitter and bounds; may be `Infinity`, never NaN. */
export type BackoffRule = (settings: BackoffSettings, attempt: number) => number;
