import { outerAttempt } from '../../core/attempt-storage.js';
import { surroundings } from './current-attempt.js';

/** Milliseconds for which the sender waits for the answer, whole. */
export const DEADLINE_HEADER = 'x-request-deadline-ms';

/** The number of the attempt that a request is part of, 1 for the first. */
export const ATTEMPT_HEADER = 'x-retry-attempt';

/**
 * Headers that tell the service which is called next how long somebody waits for its answer, and whether somebody tries
 * again: `x-request-deadline-ms`, the time left in whole milliseconds, absent where nothing bounds the call, and
 * `x-retry-attempt`, the highest number among the attempts that the calling code is part of, the caller's included.
 *
 * Only with `propagateContext` of `ResilienceModule.forRoot()`; `{}` without it, and outside of calls.
 *
 * @example
 * ```ts
 * await fetch(url, { headers: { ...outgoingHeaders(), accept: 'application/json' } });
 * ```
 *
 * @public
 */
export function outgoingHeaders(): Record<string, string> {
  const innermost = surroundings();
  if (innermost === undefined) return {};
  const left = innermost.remaining();
  let attempt = innermost.attempt;
  for (let outer = outerAttempt(innermost); outer !== undefined; outer = outerAttempt(outer))
    attempt = Math.max(attempt, outer.attempt);
  return {
    ...(left === Infinity ? {} : { [DEADLINE_HEADER]: String(Math.floor(left)) }),
    [ATTEMPT_HEADER]: String(attempt),
  };
}
