import type { PolicySettings } from '../../../core/policy-options.js';
import { formatDuration } from '../../../core/time/duration.js';

/** The total timeout ends a wait for the bulkhead before its own limit can. */
export function queueTimeoutAdvice({ bulkhead, timeout }: PolicySettings): string | undefined {
  const { queueTimeoutMs = 0, maxQueue = 0 } = bulkhead ?? {};
  const totalMs = timeout?.totalMs ?? Infinity;
  if (maxQueue === 0 || queueTimeoutMs <= totalMs) return undefined;
  return (
    `bulkhead.queueTimeout is ${formatDuration(queueTimeoutMs)}, longer than timeout.total, ${formatDuration(totalMs)}: ` +
    'calls time out in the queue without ever running; lower bulkhead.queueTimeout'
  );
}
