import type { CircuitReason } from '../events/event-types.js';
import type { CircuitBreakerSettings } from './circuit-breaker-options.js';
import type { Tally } from './tally.js';

/**
 * When a closed circuit opens: the reason, or `undefined` while it stays closed.
 *
 * `failureThreshold` looks at consecutive failed calls; the ratio rules at a window, once it holds enough samples.
 */
export function tripReason(
  settings: CircuitBreakerSettings,
  { consecutiveFailures, window }: Pick<Tally, 'consecutiveFailures' | 'window'>,
  now: number,
): CircuitReason | undefined {
  const { failureThreshold } = settings;
  if (failureThreshold !== undefined && consecutiveFailures >= failureThreshold) return 'failureThreshold';
  if (window === null || window.isClean()) return undefined;
  const total = window.total(now);
  if (total === 0 || total < window.minimum(settings.minimumCalls)) return undefined;
  const { failureRatio, slowCallDurationMs, slowCallRatio } = settings;
  if (failureRatio !== undefined && window.failures(now) / total >= failureRatio) return 'failureRatio';
  if (slowCallDurationMs !== undefined && window.slow(now) / total >= slowCallRatio) return 'slowCallRatio';
  return undefined;
}
