import { askClassifiers, type Classifier, type OnClassifierFault } from './ask-classifiers.js';
import type { ErrorCategory } from './error-category.js';
import { ownVerdict } from './own-errors.js';
import { isPermanentVerdict, verdictOf, type Search, type Verdict } from './verdict.js';

/** Tells the category of a thrown value. */
export interface Classify {
  (error: unknown): ErrorCategory;
  /** The category, or what a `RetryableError` or `PermanentError` in the chain said; absent on plain functions. */
  readonly verdict?: (error: unknown) => Verdict;
}

/**
 * A {@link Classify} that asks the user's classifiers first.
 *
 * @param onFault - is told of classifiers whose answer was ignored; what it throws is ignored too
 */
export function createClassify(classifiers: readonly Classifier[], onFault?: OnClassifierFault): Classify {
  const askUser = classifiers.length === 0 ? undefined : askClassifiers(classifiers, onFault);
  const forCategory: Search = { askUser, marksDecide: false };
  const forVerdict: Search = { askUser, marksDecide: true };
  return Object.assign((error: unknown) => search(error, forCategory) as ErrorCategory, {
    verdict: (error: unknown) => search(error, forVerdict),
  });
}

function search(error: unknown, how: Search): Verdict {
  try {
    return verdictOf(error, how);
  } catch {
    return 'unknown'; // a value that changes or throws while it is looked at, or a listener that throws
  }
}

/**
 * Tells what kind of thing went wrong, from what libraries really throw: Node's system codes, `fetch` and undici, axios,
 * Nest's `HttpException` and `RpcException`, any error with an HTTP status, `pg`, `mysql2`, TypeORM, Prisma, MongoDB,
 * ioredis, gRPC, the AWS SDK, `amqplib`, NATS, aborts and timeouts, mistakes in the code, and the errors of this library.
 *
 * Through `cause` chains, TypeORM's `driverError` and the `chainedError` of NATS, the outermost error that says something
 * wins; `programming`, `unknown`, a bare 500 and fetch's `TypeError` give way to a cause that says something. An
 * `AggregateError` comes to its first member that is not permanent, else to its first one. Errors of this library:
 * rejections and shutdown are `rejected`, timeouts `timeout`, the others what their cause is.
 *
 * AbortError, TimeoutError and `ERR_CANCELED` are a `timeout`; `aborted` is said only where the caller's own signal is known
 * to be aborted, which an error does not tell, so never by this function (but by your classifiers, if they say so).
 *
 * Goes by name, code and shape, takes any value, and never throws: what it does not know is `unknown`.
 *
 * @public
 */
export const classify: (error: unknown) => ErrorCategory = createClassify([]);

/**
 * Whether trying again cannot help: a `PermanentError` always, a `RetryableError` never, else by the category. Both count
 * wherever their category would: behind links of the chain that say nothing themselves.
 */
export function isPermanent(error: unknown, classifyError: Classify): boolean {
  return isPermanentVerdict(classifyError.verdict?.(error) ?? ownVerdict(error) ?? classifyError(error));
}
