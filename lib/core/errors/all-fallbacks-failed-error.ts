import { printable } from '../printable.js';
import { brand } from './brand.js';
import { headersFromCause, statusFromCause } from './from-cause.js';
import { hideErrors } from './hidden-errors.js';
import { underPolicy } from './message.js';
import { ResilienceError, type ErrorHeaders } from './resilience-error.js';

export interface AllFallbacksFailedErrorData {
  readonly policy: string;
  readonly operation: string;
  readonly errors: readonly unknown[];
  readonly cause: unknown;
}

/**
 * A call failed, and every fallback failed after it. Answered with the HTTP status of the cause, else 502.
 *
 * `cause` is what the call itself failed with.
 *
 * @public
 */
export class AllFallbacksFailedError extends ResilienceError {
  declare readonly code: 'ALL_FALLBACKS_FAILED';
  declare readonly policy: string;
  declare readonly operation: string;
  /** What the call failed with, then what each fallback failed with, in order. Not enumerable. */
  declare readonly errors: readonly unknown[];

  static {
    brand(this, 'AllFallbacksFailedError', 'ALL_FALLBACKS_FAILED');
  }

  constructor(data: AllFallbacksFailedErrorData) {
    const fallbacks = data.errors.length === 2 ? 'its fallback' : `its ${data.errors.length - 1} fallbacks`;
    super(`${printable(data.operation)} failed, and so did ${fallbacks}${underPolicy(data.policy)}`, data);
    hideErrors<AllFallbacksFailedError, 'errors'>(this, 'errors', data.errors);
  }

  override get statusCode(): number {
    return statusFromCause(this.cause);
  }

  override get headers(): ErrorHeaders {
    return headersFromCause(this.cause);
  }
}
