import type { CallOutcome, CallRejectedEvent } from './event-types.js';

/** How an attempt ended; only a call is answered by a fallback. */
export type AttemptOutcome = Exclude<CallOutcome, 'fallback'>;

/**
 * Counts the calls of one operation under one policy. Every call tells it, also on the fast lane, so that it gets numbers
 * and words and never an object, and its methods must be quick and must not throw.
 *
 * Durations are those of whole calls in milliseconds; NaN for a call that had begun before anybody measured.
 */
export interface CallMeter {
  /** A call ended with what this attempt gave. */
  succeeded(attempt: number, durationMs: number): void;
  /** A call ended otherwise: also, as a success, with a last result that `retryResult` had refused. */
  ended(outcome: CallOutcome, durationMs: number): void;
  /** An attempt ended that was not accepted, or was made elsewhere and only told. */
  attempted(attempt: number, outcome: AttemptOutcome): void;
  /** An attempt was refused without invoking the operation. */
  refused(attempt: number, reason: CallRejectedEvent['reason'], breaker: string | undefined): void;
  /** A fallback handler was asked: it answered, or failed itself. */
  fellBack(index: number, outcome: 'success' | 'failure'): void;
}

/** Makes the meter of an operation. */
export type CallMeterFactory = (policy: string, operation: string) => CallMeter;
