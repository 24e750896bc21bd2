import type { ErrorCategory } from '../classify/error-category.js';
import { isResilienceError } from '../errors/is-resilience-error.js';
import { compileMatcher } from '../predicate.js';
import type { FallbackSettings } from './fallback-options.js';

/** Whether a fallback answers this error; by default all but a caller's abort, programming errors and the shutdown. */
export function compileFallbackRule(
  { on }: FallbackSettings,
  classify: (error: unknown) => ErrorCategory,
): (error: unknown) => boolean {
  const byDefault = (error: unknown): boolean => {
    if (isResilienceError(error, 'SHUTDOWN')) return false;
    const category = classify(error);
    return category !== 'aborted' && category !== 'programming';
  };
  return on === undefined ? byDefault : compileMatcher(on, classify, byDefault);
}
