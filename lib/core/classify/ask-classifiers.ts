import { refusePromise } from '../sync-result.js';
import { isErrorCategory, type ErrorCategory } from './error-category.js';
import type { AskUser } from './verdict.js';

/**
 * Tells the category of errors that the library cannot know; `undefined` leaves the error to the next one.
 *
 * Asked before everything else, with the error and, where nobody knows that, with each of its causes.
 *
 * @example
 * ```ts
 * const classifiers: Classifier[] = [(error) => (error.legacyCode === 'E17' ? 'database' : undefined)];
 * ```
 * @public
 */
export type Classifier = (error: any) => ErrorCategory | undefined;

/** Is told why the answer of a classifier was ignored: what it threw, or an error that says what is wrong with it. */
export type OnClassifierFault = (reason: unknown, classifier: Classifier) => void;

/**
 * Asks classifiers in order; one that throws, or answers with a promise or an unknown word, counts as silent.
 *
 * An error is classified more than once on its way through a call: what goes wrong with it is told once.
 */
export function askClassifiers(classifiers: readonly Classifier[], onFault?: OnClassifierFault): AskUser {
  const list = classifiers.map((classifier) => ({ classifier, faultyWith: new WeakSet<object>() }));
  return (link) => {
    for (const { classifier, faultyWith } of list) {
      try {
        const category = checked(classifier(link));
        if (category !== undefined) return category;
      } catch (reason) {
        if (isFirst(faultyWith, link)) onFault?.(reason, classifier);
      }
    }
    return undefined;
  };
}

function isFirst(seen: WeakSet<object>, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (seen.has(value)) return false;
  seen.add(value);
  return true;
}

function checked(answer: unknown): ErrorCategory | undefined {
  if (answer === undefined || answer === null || isErrorCategory(answer)) return answer ?? undefined;
  refusePromise(answer, 'a classifier');
  const got = typeof answer === 'string' ? JSON.stringify(answer.slice(0, 64)) : typeof answer;
  throw new TypeError(`a classifier returned no error category (got ${got})`);
}
