import type { ErrorCategory } from '../classify/error-category.js';
import type { AttemptOutcome } from './call-meter.js';

/** How an attempt ended that was not accepted. Limits and aborts are told apart; of one that was made elsewhere, too. */
export function outcomeOfAttempt(category: ErrorCategory): Exclude<AttemptOutcome, 'success' | 'rejected'> {
  return category === 'aborted' || category === 'timeout' ? category : 'failure';
}
