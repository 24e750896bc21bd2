import type { AdaptiveThrottleError } from './adaptive-throttle-error.js';
import type { AllFallbacksFailedError } from './all-fallbacks-failed-error.js';
import { brandOf } from './brand.js';
import type { BulkFailureError } from './bulk-failure-error.js';
import type { BulkheadFullError } from './bulkhead-full-error.js';
import type { CircuitOpenError } from './circuit-open-error.js';
import type { ResilienceConfigError } from './config-error.js';
import type { ResilienceErrorCode } from './error-code.js';
import type { MaxRetriesExceededError } from './max-retries-exceeded-error.js';
import type { PermanentError } from './permanent-error.js';
import type { RateLimitedError } from './rate-limited-error.js';
import type { RetryableError } from './retryable-error.js';
import type { ShutdownError } from './shutdown-error.js';
import type { TimeoutExceededError } from './timeout-exceeded-error.js';

/** The class behind each code. */
export interface ResilienceErrorByCode {
  CIRCUIT_OPEN: CircuitOpenError;
  BULKHEAD_FULL: BulkheadFullError;
  ADAPTIVE_THROTTLE: AdaptiveThrottleError;
  RATE_LIMITED: RateLimitedError;
  TIMEOUT_EXCEEDED: TimeoutExceededError;
  MAX_RETRIES_EXCEEDED: MaxRetriesExceededError;
  ALL_FALLBACKS_FAILED: AllFallbacksFailedError;
  BULK_FAILURE: BulkFailureError;
  SHUTDOWN: ShutdownError;
  CONFIG_INVALID: ResilienceConfigError;
  RETRYABLE: RetryableError;
  PERMANENT: PermanentError;
}

/** Any error of this library; `switch (error.code)` narrows it. */
export type AnyResilienceError = ResilienceErrorByCode[ResilienceErrorCode];

/**
 * Whether a thrown value is an error of this library, or the one with that code.
 *
 * It goes by a brand, not by class: it knows errors of another copy of the package in the same process, where `instanceof`
 * fails. Subclasses of `RetryableError` and `PermanentError` count under the code of their parent. Takes any value and
 * never throws.
 *
 * @example
 * ```ts
 * if (isResilienceError(error, 'CIRCUIT_OPEN')) return this.cached(error.breaker, error.retryAfter);
 * ```
 * @public
 */
export function isResilienceError(error: unknown): error is AnyResilienceError;
export function isResilienceError<C extends ResilienceErrorCode>(
  error: unknown,
  code: C,
): error is ResilienceErrorByCode[C];
export function isResilienceError(error: unknown, code?: ResilienceErrorCode): boolean {
  const found = brandOf(error);
  return found !== undefined && (code === undefined || found === code);
}
