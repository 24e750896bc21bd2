import type { PolicySettings } from '../../../core/policy-options.js';
import { formatDuration } from '../../../core/time/duration.js';

/** The first invocation has timed out before a hedge can help it. */
export function hedgeDelayAdvice({ hedge, timeout }: PolicySettings): string | undefined {
  const delayMs = hedge?.delayMs ?? 0;
  const attemptMs = timeout?.attemptMs ?? Infinity;
  if (delayMs < attemptMs) return undefined;
  return (
    `hedge.delay is ${formatDuration(delayMs)}, and timeout.attempt ends the first invocation after ${formatDuration(attemptMs)}: ` +
    'no hedge ever runs beside it; give a delay near the 95th percentile of the latency'
  );
}
