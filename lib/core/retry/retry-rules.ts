import { classify as builtInClassify, isPermanent, type Classify } from '../classify/classify.js';
import { isRejection } from '../classify/own-errors.js';
import { isResilienceError } from '../errors/is-resilience-error.js';
import { compileMatcher, type Matcher } from '../predicate.js';
import type { RetrySettings } from './retry-options.js';

type ErrorTest = (error: unknown) => boolean;

/** What ends the call at once: `abortOn`, and what the user marked as permanent by throwing it. */
export function compileAborts(classify: Classify, { abortOn }: RetrySettings): ErrorTest {
  const named = compileMatcher(abortOn, classify);
  return (error) => isResilienceError(error, 'PERMANENT') || named(error);
}

/** What is retried where nothing aborts: `retryOn`, and what the user marked as retryable. */
export function compileRetries(classify: Classify, { retryOn }: RetrySettings): ErrorTest {
  const byDefault = (error: unknown): boolean => !isPermanent(error, classify);
  if (retryOn === undefined) return (error) => !isRejection(error) && byDefault(error);
  const named = compileMatcher(retryOn, classify, byDefault);
  const namedRejection = compileNamedRejection(retryOn);
  return (error) =>
    isResilienceError(error, 'RETRYABLE') || (isRejection(error) ? namedRejection : named)(error);
}

/**
 * The rejections that a list names. A status is the dependency's: that a rejection is answered with the same one does not
 * name it, not by way of the user's classifiers either.
 */
function compileNamedRejection(retryOn: readonly Matcher[]): ErrorTest {
  const list = retryOn.filter((matcher) => typeof matcher !== 'number');
  return compileMatcher(list, builtInClassify, () => false);
}
