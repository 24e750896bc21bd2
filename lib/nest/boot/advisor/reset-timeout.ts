import type { PolicySettings } from '../../../core/policy-options.js';
import { formatDuration } from '../../../core/time/duration.js';

/** The breaker probes while the attempts that opened it, or began before that, may still hang. */
export function resetTimeoutAdvice({ circuitBreaker, retry, timeout }: PolicySettings): string | undefined {
  const [option, limitMs] =
    timeout?.attemptMs === undefined && retry === undefined
      ? ['timeout.total', timeout?.totalMs]
      : ['timeout.attempt', timeout?.attemptMs];
  if (circuitBreaker === undefined || limitMs === undefined) return undefined;
  const { resetTimeoutMs } = circuitBreaker;
  if (resetTimeoutMs >= limitMs) return undefined;
  return (
    `circuitBreaker.resetTimeout is ${formatDuration(resetTimeoutMs)}, shorter than ${option}, ${formatDuration(limitMs)}: ` +
    `probes begin while attempts from before still hang; give a resetTimeout of ${formatDuration(limitMs)} or more`
  );
}
