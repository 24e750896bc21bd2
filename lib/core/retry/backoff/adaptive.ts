import type { BackoffSettings } from './backoff-options.js';
import { exponentialDelay } from './exponential.js';

/**
 * Stays at i while enough attempts succeed, and else grows the faster the fewer do:
 * i · factor^(n − 1) · (1 + 2 · (t − r) / t), with r the success ratio and t the threshold it should reach.
 *
 * @param successRatio r in [0, 1]; `undefined` while too few attempts were seen, which leaves i · factor^(n − 1)
 */
export function adaptiveDelay(settings: BackoffSettings, attempt: number, successRatio?: number): number {
  const growing = exponentialDelay(settings, attempt);
  const threshold = settings.adaptive?.successThreshold;
  if (successRatio === undefined || threshold === undefined) return growing;
  if (successRatio >= threshold) return settings.initialDelayMs;
  return growing * (1 + (2 * (threshold - successRatio)) / threshold);
}
