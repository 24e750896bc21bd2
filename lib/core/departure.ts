import type { Attempt } from './attempt.js';
import type { Bulkhead } from './bulkhead/bulkhead.js';
import { isPermanent, type Classify } from './classify/classify.js';

/**
 * How an invocation ended, as those see it who let it pass: with a result, with an answer that is a "no", refused or
 * unanswered, out of time, or unknown, as after an abort.
 */
export type Departure = 'succeeded' | 'answered' | 'refused' | 'timedOut' | 'unknown';

/** The caller of an invocation has been answered: its slot is free as soon as its work has ended. */
export function depart(attempt: Attempt, departure: Departure): void {
  const control = attempt.admittedBy;
  if (control === null) return;
  attempt.admittedBy = null;
  const { throttle, bulkhead } = control;
  if (departure === 'succeeded' || departure === 'answered') throttle?.accepted();
  else if (departure !== 'unknown') throttle?.refused();
  if (bulkhead === undefined) return;
  if (departure === 'succeeded' || departure === 'timedOut') learn(bulkhead, attempt, departure);
  if (attempt.isAtWork && control.holdsUntilSettled) attempt.leaveBehind(bulkhead, departure !== 'succeeded');
  else bulkhead.leave();
}

/** An attempt that began before its bulkhead was made adaptive was not measured. */
function learn(bulkhead: Bulkhead, attempt: Attempt, departure: Departure): void {
  const durationMs = bulkhead.isAdaptive ? attempt.elapsedMs() : NaN;
  if (!Number.isNaN(durationMs)) bulkhead.record(durationMs, departure === 'timedOut');
}

/** What an error says of the dependency: that it answers, that it does not, or nothing. */
export function departureOf(error: unknown, classify: Classify): Departure {
  const category = classify(error);
  if (category === 'aborted' || category === 'rejected' || category === 'programming') return 'unknown';
  if (category === 'timeout') return 'timedOut';
  return isPermanent(error, classify) ? 'answered' : 'refused';
}
