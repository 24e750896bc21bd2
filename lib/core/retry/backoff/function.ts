import { disownPromise } from '../../sync-result.js';
import { BackoffError } from './backoff-error.js';

/** Who asks for a delay; the attempt's context is one. */
export interface BackoffCaller {
  readonly policy?: string | undefined;
  readonly operation?: string | undefined;
}

/**
 * Asks the user's function for the delay after an attempt. Its answer is taken as it is: no jitter, no bounds.
 *
 * @throws BackoffError when the answer is no finite number of milliseconds of at least 0.
 * @throws whatever the function throws.
 */
export function functionDelay<C extends BackoffCaller>(
  backoff: (attempt: number, context: C) => number,
  attempt: number,
  context: C,
): number {
  const returned: unknown = backoff(attempt, context);
  if (typeof returned === 'number' && returned >= 0 && returned < Infinity) return returned;
  disownPromise(returned);
  throw new BackoffError({ returned, attempt, policy: context.policy, operation: context.operation });
}
