import { brand } from './brand.js';
import { failureStatusOf } from './http-status.js';
import { UserError, type UserErrorOptions } from './user-error.js';

/**
 * For your code to throw: the operation failed, and trying again cannot help, whatever the cause looks like.
 *
 * Answered with the HTTP status of the cause, else 500; the message then reaches the client, as that of Nest's
 * `HttpException` does, so keep secrets in the `cause`.
 *
 * @example
 * ```ts
 * if (card.expired) throw new PermanentError('the card has expired');
 * ```
 * @public
 */
export class PermanentError extends UserError {
  declare readonly code: 'PERMANENT';

  static {
    brand(this, 'PermanentError', 'PERMANENT');
  }

  constructor(message?: string, options: UserErrorOptions = {}) {
    super(message ?? 'The operation failed; trying again cannot help', options);
  }

  override get statusCode(): number {
    return failureStatusOf(this.cause) ?? 500;
  }
}
