import type { Attempt } from './attempt.js';
import type { CallReason } from './call-report.js';
import type { Interruption } from './interruption.js';

/** How an attempt ended that was not simply accepted. */
export type AttemptEnd =
  | {
      readonly kind: 'error';
      readonly attempt: Attempt;
      readonly error: unknown;
      /** Refused before the operation was invoked. */
      readonly rejected: boolean;
    }
  /** A result that `retryResult` refuses. */
  | { readonly kind: 'result'; readonly attempt: Attempt; readonly value: unknown };

/** How a call ends: with an error, or with the last of the results that `retryResult` refused. */
export type Ending =
  | { readonly kind: 'error'; readonly reason: CallReason; readonly error: unknown }
  | { readonly kind: 'result'; readonly reason: CallReason; readonly value: unknown };

/** The end of a call that something from outside, or its own limit, has interrupted. */
export function endingOf({ kind, error }: Interruption): Ending {
  const reason: CallReason = kind === 'aborted' || kind === 'shutdown' ? kind : 'timeout';
  return { kind: 'error', reason, error };
}
