import type { BackoffRule } from './backoff-rule.js';

/** Grows by a factor: i · factor^(n − 1); `Infinity` where that is beyond what a number holds. */
export const exponentialDelay: BackoffRule = ({ initialDelayMs, factor }, attempt) =>
  // Nothing times a power that has overflowed is not a number.
  initialDelayMs === 0 ? 0 : initialDelayMs * factor ** (attempt - 1);
