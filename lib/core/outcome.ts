import type { CallReason } from './call-report.js';
import type { ErrorCategory } from './classify/error-category.js';
import type { FailureEvent } from './events/event-types.js';

/**
 * The one outcome of a call that ended with an error and that no fallback answered.
 *
 * @param category - of what the call itself failed with, which the error of its fallbacks may hide
 * @param wasRefused - its last attempt was refused without invoking the operation
 */
export function outcomeOf(
  reason: CallReason,
  category: ErrorCategory,
  wasRefused: boolean,
): FailureEvent['outcome'] {
  if (reason === 'aborted') return 'aborted';
  if (reason === 'rejected' || reason === 'shutdown') return 'rejected';
  if (category === 'timeout') return 'timeout';
  return wasRefused && category === 'rejected' ? 'rejected' : 'failure';
}
