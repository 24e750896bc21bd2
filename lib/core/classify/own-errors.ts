import { brandOf } from '../errors/brand.js';
import type { ErrorCategory } from './error-category.js';

/**
 * What the user said by throwing a `RetryableError` or `PermanentError`. It decides over retrying, not over the category,
 * which is that of the cause.
 */
export type Mark = 'retryable' | 'permanent';

const verdicts: ReadonlyMap<string, ErrorCategory | Mark> = new Map([
  ['CIRCUIT_OPEN', 'rejected'],
  ['BULKHEAD_FULL', 'rejected'],
  ['ADAPTIVE_THROTTLE', 'rejected'],
  ['RATE_LIMITED', 'rejected'],
  ['SHUTDOWN', 'rejected'],
  ['TIMEOUT_EXCEEDED', 'timeout'],
  ['CONFIG_INVALID', 'programming'],
  ['RETRYABLE', 'retryable'],
  ['PERMANENT', 'permanent'],
]);

/**
 * What one of this library's errors says by its brand, whatever its status; `undefined` for all other errors.
 *
 * `unknown`, and so what the cause says, for those that wrap the errors of several attempts or handlers, and for codes of a
 * newer copy of the package.
 */
export function ownVerdict(error: unknown): ErrorCategory | Mark | undefined {
  const code = brandOf(error);
  return code === undefined ? undefined : (verdicts.get(code) ?? 'unknown');
}

/** Whether a strategy of this library refused to run the operation. */
export function isRejection(error: unknown): boolean {
  return ownVerdict(error) === 'rejected';
}

/**
 * Whether the cause of an error is that of the operation: not with this library's timeouts, rejections and wrappers, whose
 * causes come from other attempts or calls.
 */
export function speaksOfItsCause(error: unknown): boolean {
  const code = brandOf(error);
  return code === undefined || code === 'RETRYABLE' || code === 'PERMANENT';
}
