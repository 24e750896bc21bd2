import { printable } from '../printable.js';
import { brand } from './brand.js';
import { tryAgain, underPolicy } from './message.js';
import { ResilienceError, type ErrorHeaders, type ResilienceErrorJson } from './resilience-error.js';
import { knownPause, retryAfterHeaders } from './retry-after.js';

export interface RateLimitedErrorData {
  readonly policy: string;
  readonly operation: string;
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

/**
 * The policy's own rate limit was reached; the operation was not invoked. Answered with HTTP 429.
 *
 * @public
 */
export class RateLimitedError extends ResilienceError {
  declare readonly code: 'RATE_LIMITED';
  declare readonly policy: string;
  declare readonly operation: string;
  /** Milliseconds until the limit permits a call; absent when unknown. */
  declare readonly retryAfter?: number;

  static {
    brand(this, 'RateLimitedError', 'RATE_LIMITED');
  }

  constructor(data: RateLimitedErrorData) {
    const retryAfter = knownPause(data.retryAfter);
    const refused = `${printable(data.operation)} was not invoked: rate limit reached`;
    super(`${refused}${tryAgain(retryAfter)}${underPolicy(data.policy)}`, data);
    if (retryAfter !== undefined) this.retryAfter = retryAfter;
  }

  override get statusCode(): number {
    return 429;
  }

  override get headers(): ErrorHeaders {
    return retryAfterHeaders(this.retryAfter);
  }

  override toJSON(): ResilienceErrorJson {
    return { ...super.toJSON(), retryAfter: this.retryAfter };
  }
}
