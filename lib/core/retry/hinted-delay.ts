import type { Random } from '../random.js';

const LONGEST_SPREAD_MS = 1000;
const SPREAD = 0.1;

/**
 * The pause that backoff and a server's hint make together: the longer of both, and up to a tenth of the hint (at most a
 * second) on top, so that callers who were told the same do not return together. In milliseconds.
 */
export function hintedDelayMs(backoffMs: number, hintMs: number | undefined, random: Random): number {
  if (hintMs === undefined) return backoffMs;
  return Math.max(backoffMs, hintMs) + random() * Math.min(SPREAD * hintMs, LONGEST_SPREAD_MS);
}
