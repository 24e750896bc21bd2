import type { ErrorCategory } from '../classify/error-category.js';
import { compileMatcher } from '../predicate.js';
import type { CircuitBreakerSettings } from './circuit-breaker-options.js';
import type { Verdict } from './permit.js';

const failures: ReadonlySet<ErrorCategory> = new Set(['network', 'timeout', 'server', 'database', 'unknown']);
const ignored: ReadonlySet<ErrorCategory> = new Set(['rateLimit', 'aborted', 'rejected', 'programming']);

/** Never reached the dependency to the end: not even as a success, whatever list replaces the default. */
const inconclusive: ReadonlySet<ErrorCategory> = new Set(['aborted', 'rejected']);

type Classify = (error: unknown) => ErrorCategory;

/** By category: trouble of the dependency is a failure; an answer it gave, be it "no", is a success. */
export function defaultVerdict(category: ErrorCategory): Verdict {
  if (failures.has(category)) return 'failure';
  return ignored.has(category) ? 'ignored' : 'success';
}

/**
 * How a breaker judges an error: `ignore` wins, then `recordOn`. Each list replaces the categories it stands for; an
 * error that neither names is a success, unless it says that the dependency was not asked to the end.
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
  const ignores = compileMatcher(ignore, classify, (error) => ignored.has(classify(error)));
  const records = compileMatcher(recordOn, classify, (error) => failures.has(classify(error)));
  return (error) => {
    if (ignores(error)) return 'ignored';
    if (isOwnTimeout(error) || records(error)) return 'failure';
    return inconclusive.has(classify(error)) ? 'ignored' : 'success';
  };
}
