import type { ErrorCategory } from '../classify/error-category.js';
import { compileMatcher, type Matcher } from '../predicate.js';
import type { CircuitBreakerSettings } from './circuit-breaker-options.js';
import type { Verdict } from './permit.js';

const failures: ReadonlySet<ErrorCategory> = new Set(['network', 'timeout', 'server', 'database', 'unknown']);
const ignored: ReadonlySet<ErrorCategory> = new Set(['rateLimit', 'aborted', 'rejected', 'programming']);

const none: ReadonlySet<ErrorCategory> = new Set();

/** Never reached the dependency to the end: not even as a success, whatever list replaces the default. */
const inconclusive: ReadonlySet<ErrorCategory> = new Set(['aborted', 'rejected']);

type Classify = (error: unknown) => ErrorCategory;

/** By category: trouble of the dependency is a failure; an answer it gave, be it "no", is a success. */
export function defaultVerdict(category: ErrorCategory): Verdict {
  if (failures.has(category)) return 'failure';
  return ignored.has(category) ? 'ignored' : 'success';
}

/**
 * How a breaker judges an error: what `ignore` names is not recorded, then what `recordOn` names is a failure, then
 * `'default'` in either, or a list that is left out, goes by the category. What remains is a success, unless it says
 * that the dependency was not asked to the end; such an error is a failure only where `ignore` leaves its category out.
 *
 * @param isOwnTimeout - a limit of the policy itself: no list leaves it out unless `ignore` says so, for a dependency
 *   that hangs must not pass for a healthy one
 */
export function compileVerdict(
  settings: Pick<CircuitBreakerSettings, 'recordOn' | 'ignore'>,
  classify: Classify,
  isOwnTimeout: (error: unknown) => boolean,
): (error: unknown) => Verdict {
  const { recordOn = ['default'], ignore } = settings;
  const ignoresByName = compileMatcher(named(ignore), classify);
  const recordsByName = compileMatcher(named(recordOn), classify);
  const ignoredByDefault = ignore.includes('default') ? ignored : none;
  const failuresByDefault = recordOn.includes('default') ? failures : none;
  return (error) => {
    if (ignoresByName(error)) return 'ignored';
    const category = classify(error);
    const isInconclusive = inconclusive.has(category);
    if (isInconclusive && ignoredByDefault.has(category)) return 'ignored';
    if (isOwnTimeout(error) || recordsByName(error)) return 'failure';
    if (ignoredByDefault.has(category)) return 'ignored';
    if (failuresByDefault.has(category)) return 'failure';
    return isInconclusive ? 'ignored' : 'success';
  };
}

function named(list: readonly Matcher[]): readonly Matcher[] {
  return list.filter((matcher) => matcher !== 'default');
}
