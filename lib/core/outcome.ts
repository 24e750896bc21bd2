import type { CallReason } from './call-report.js';
import { isResilienceError } from './errors/is-resilience-error.js';
import type { FailureEvent } from './events/event-types.js';

/** The one outcome of a call that ended with an error and that no fallback answered. */
export function outcomeOf(reason: CallReason, error: unknown): FailureEvent['outcome'] {
  if (reason === 'aborted') return 'aborted';
  if (reason === 'rejected' || reason === 'shutdown') return 'rejected';
  return isResilienceError(error, 'TIMEOUT_EXCEEDED') ? 'timeout' : 'failure';
}
