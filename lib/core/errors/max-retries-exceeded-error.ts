import { printable } from '../printable.js';
import { brand } from './brand.js';
import { headersFromCause, statusFromCause } from './from-cause.js';
import { hideErrors } from './hidden-errors.js';
import { underPolicy } from './message.js';
import { ResilienceError, type ErrorHeaders, type ResilienceErrorJson } from './resilience-error.js';

export interface MaxRetriesExceededErrorData {
  readonly policy: string;
  readonly operation: string;
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly errors: readonly unknown[];
  readonly cause: unknown;
}

/**
 * A call gave up retrying; thrown in place of the last error only where `retry.wrapExhausted` is set. Answered with the
 * HTTP status of the cause, else 502.
 *
 * `cause` is the error of the last attempt.
 *
 * @public
 */
export class MaxRetriesExceededError extends ResilienceError {
  declare readonly code: 'MAX_RETRIES_EXCEEDED';
  declare readonly policy: string;
  declare readonly operation: string;
  /** How many attempts were made. */
  declare readonly attempts: number;
  /** How many were allowed; more than `attempts` where budget, time or a server's hint ended the call. */
  declare readonly maxAttempts: number;
  /** The errors of the attempts, in order: the first and the last 9. Not enumerable. */
  declare readonly errors: readonly unknown[];

  static {
    brand(this, 'MaxRetriesExceededError', 'MAX_RETRIES_EXCEEDED');
  }

  constructor(data: MaxRetriesExceededErrorData) {
    const { operation, policy, attempts, maxAttempts } = data;
    super(
      `${printable(operation)} gave up after ${attempts} of ${maxAttempts} attempts${underPolicy(policy)}`,
      data,
    );
    this.attempts = attempts;
    this.maxAttempts = maxAttempts;
    hideErrors<MaxRetriesExceededError, 'errors'>(this, 'errors', data.errors);
  }

  override get statusCode(): number {
    return statusFromCause(this.cause);
  }

  override get headers(): ErrorHeaders {
    return headersFromCause(this.cause);
  }

  override toJSON(): ResilienceErrorJson {
    const { attempts, maxAttempts } = this;
    return { ...super.toJSON(), attempts, maxAttempts };
  }
}
