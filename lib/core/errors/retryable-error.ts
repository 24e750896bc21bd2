import { brand } from './brand.js';
import { failureStatusOf } from './http-status.js';
import { UserError, type UserErrorOptions } from './user-error.js';

/**
 * For your code to throw: the operation failed, and trying again may help, whatever the cause looks like.
 *
 * Answered with the HTTP status of the cause, else 503; the message then reaches the client, as that of Nest's
 * `HttpException` does, so keep secrets in the `cause`.
 *
 * @example
 * ```ts
 * if (order.state === 'pending') throw new RetryableError('order is still pending', { retryAfter: '2s' });
 * ```
 * @public
 */
export class RetryableError extends UserError {
  declare readonly code: 'RETRYABLE';

  static {
    brand(this, 'RetryableError', 'RETRYABLE');
  }

  constructor(message?: string, options: UserErrorOptions = {}) {
    super(message ?? 'The operation failed; trying again may help', options);
  }

  override get statusCode(): number {
    return failureStatusOf(this.cause) ?? 503;
  }
}
