import type { Classify } from './classify/classify.js';
import { isErrorCategory, type ErrorCategory } from './classify/error-category.js';
import { causeOf, MAX_LINKS } from './classify/links.js';
import { ANY_CODE, brandOf, brandOfClass } from './errors/brand.js';
import { httpStatusOf } from './errors/http-status.js';
import { isErrorClass, type ErrorClass } from './error-class.js';
import { refusePromise } from './sync-result.js';

/**
 * Names errors: a class (and its subclasses), an HTTP status, a string (a category, else a code such as `'ECONNRESET'` or
 * the name of an error), or a predicate, which must answer at once.
 *
 * In `retryOn`, `recordOn` and `ignore` the string `'default'` stands for what the list replaces.
 *
 * A status or a code is that of the outermost error of the `cause` chain that has one, so `'ECONNREFUSED'` also names
 * fetch's `TypeError`. A name is the `name` of the error or of its class.
 *
 * @public
 */
export type Matcher = ErrorClass | number | string | ((error: any) => boolean);

type ErrorTest = (error: any) => boolean;

/**
 * One test for a list of matchers: whether any of them names the error.
 *
 * Classes, statuses and strings are tried before predicates, and these in their order. A predicate that throws, or returns a
 * promise, makes the test throw; everything else about it never does, whatever the error is.
 *
 * @param fallback - what `'default'` stands for; without it, `'default'` is a string like others
 */
export function compileMatcher(
  list: readonly Matcher[],
  classify: Classify,
  fallback?: ErrorTest,
): ErrorTest {
  const data: ErrorTest[] = [];
  const predicates: ErrorTest[] = [];
  const categories = new Set<ErrorCategory>(list.filter(isErrorCategory));
  if (categories.size > 0) data.push((error) => categories.has(classify(error)));
  for (const matcher of list) {
    if (matcher === 'default' && fallback !== undefined) predicates.push(fallback);
    else if (typeof matcher === 'function' && !isErrorClass(matcher)) predicates.push(ofPredicate(matcher));
    else if (!isErrorCategory(matcher)) data.push(ofData(matcher as ErrorClass | number | string));
  }
  const tests = [...data, ...predicates];
  return (error) => tests.some((test) => test(error));
}

/** Whether a value can be a matcher: any function, an HTTP status from 100 to 599, or a string that is not blank. */
export function isMatcher(value: unknown): value is Matcher {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 100 && value <= 599;
  return typeof value === 'function' || (typeof value === 'string' && value.trim() !== '');
}

function ofData(matcher: ErrorClass | number | string): ErrorTest {
  if (typeof matcher === 'number') return (error) => outermost(error, httpStatusOf) === matcher;
  return typeof matcher === 'string' ? ofCodeOrName(matcher) : ofClass(matcher);
}

function ofPredicate(predicate: ErrorTest): ErrorTest {
  return decidedBy(predicate, `the predicate ${predicate.name}`.trimEnd());
}

/** A yes or no that user code gave. A promise is refused, for it would always be taken for a yes. */
export function decided(answer: unknown, what: string): boolean {
  refusePromise(answer, what);
  return Boolean(answer);
}

/** A predicate whose answers are checked by {@link decided}. */
export function decidedBy(predicate: (value: any) => unknown, what: string): (value: unknown) => boolean {
  return (value) => decided(predicate(value), what);
}

function ofClass(type: ErrorClass): ErrorTest {
  const code = brandOfClass(type);
  if (code === undefined) return (error) => isInstance(error, type);
  return (error) => {
    const found = brandOf(error);
    return found !== undefined && (code === ANY_CODE || code === found);
  };
}

function isInstance(error: unknown, type: ErrorClass): boolean {
  try {
    return error instanceof type;
  } catch {
    return false; // a proxy that throws on access is no instance of anything
  }
}

function ofCodeOrName(text: string): ErrorTest {
  return (error) => outermost(error, codeOf) === text || hasName(error, text);
}

/** What the first error of a chain says that says anything. */
function outermost<T>(error: unknown, of: (link: object) => T | undefined): T | undefined {
  let link = error;
  for (let i = 0; i < MAX_LINKS && typeof link === 'object' && link !== null; i += 1) {
    const found = of(link);
    if (found !== undefined) return found;
    link = causeOf(link);
  }
  return undefined;
}

function codeOf(error: object): string | undefined {
  return stringIn(error, 'code');
}

/** The `name` of an error, or of its class, which errors keep whose authors gave them no name. */
function hasName(error: unknown, text: string): boolean {
  if (typeof error !== 'object' || error === null) return false;
  return stringIn(error, 'name') === text || constructorName(error) === text;
}

function constructorName(error: object): string | undefined {
  try {
    const { constructor } = error;
    return typeof constructor === 'function' ? constructor.name : undefined;
  } catch {
    return undefined; // a proxy that throws on access has no name
  }
}

function stringIn(error: object, key: 'code' | 'name'): string | undefined {
  try {
    const value = (error as Record<string, unknown>)[key];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined; // as above
  }
}
