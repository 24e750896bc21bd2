import { type Random, systemRandom } from '../../random.js';
import { type BackoffFunction, type BackoffOptions, resolveBackoff } from './backoff-options.js';
import { computeDelay } from './compute-delay.js';
import { functionDelay } from './function.js';
import { NoCallContext } from './no-call-context.js';

/** What the delay depends on besides the backoff and the attempt. */
export interface BackoffDelayInputs {
  /**
   * Where jitter draws from: uniform in [0, 1).
   *
   * @defaultValue `Math.random`
   */
  random?: Random | undefined;
  /**
   * The delay before, in milliseconds; read by `decorrelated`.
   *
   * @defaultValue `initialDelay`
   */
  previous?: number | undefined;
  /**
   * The success ratio of the last attempts, in [0, 1]; read by `adaptive`.
   *
   * @defaultValue too few attempts were seen: grows as `exponential`
   */
  successRatio?: number | undefined;
}

/**
 * The delay in milliseconds after the given attempt: the rule, then jitter, then `minDelay` and `maxDelay`.
 *
 * Pure: for a job queue, a test or a table in the docs. Options are checked and completed as in a policy. A function is
 * called with a context that knows the attempt alone, and its answer taken as it is.
 *
 * @param attempt the attempt that failed, from 1
 * @throws RangeError when `attempt` is no integer of at least 1.
 * @throws ResilienceConfigError (`CONFIG_INVALID`) when the options are wrong.
 * @throws BackoffError when the function returns something other than finite milliseconds of at least 0.
 *
 * @example
 * ```ts
 * backoffDelay({ initialDelay: '100ms', jitter: false }, 3); // 400
 * ```
 */
export function backoffDelay(
  backoff: BackoffOptions | BackoffFunction,
  attempt: number,
  { random = systemRandom, previous, successRatio }: BackoffDelayInputs = {},
): number {
  if (!Number.isInteger(attempt) || attempt < 1) {
    throw new RangeError(`Expected an attempt of at least 1, got ${String(attempt)}.`);
  }
  const settings = resolveBackoff(backoff);
  if (typeof settings === 'function') return functionDelay(settings, attempt, new NoCallContext(attempt));
  return computeDelay(settings, attempt, { random, previous, successRatio });
}
