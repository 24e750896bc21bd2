import type { Random } from '../../random.js';
import type { Jitter } from './backoff-options.js';

/**
 * Spreads a delay d, with u uniform in [0, 1): `none` d · `full` u·d · `equal` d/2 + u·d/2 ·
 * `{ factor: f }` d·(1 − f + 2·f·u). Draws once, and not at all for `none`.
 *
 * @see M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015
 */
export function jittered(delayMs: number, jitter: Exclude<Jitter, 'decorrelated'>, random: Random): number {
  if (jitter === 'none') return delayMs;
  // A rule that has overflowed: zero times infinity is not a number.
  const d = Math.min(delayMs, Number.MAX_VALUE);
  const u = random();
  if (jitter === 'full') return u * d;
  if (jitter === 'equal') return d / 2 + (u * d) / 2;
  return d * (1 - jitter.factor + 2 * jitter.factor * u);
}

/**
 * Walks at random from the last delay instead of counting attempts: i + u · (3 · previous − i), u uniform in [0, 1).
 *
 * @param previousMs the last delay after bounds; i before there is one
 * @see M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015 ("decorrelated jitter")
 */
export function decorrelatedDelay(initialDelayMs: number, previousMs: number, random: Random): number {
  return initialDelayMs + random() * (3 * previousMs - initialDelayMs);
}
