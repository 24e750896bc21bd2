import { parseDuration, type Duration } from '../time/duration.js';
import { headersFromCause } from './from-cause.js';
import { ResilienceError, type ErrorHeaders, type ResilienceErrorJson } from './resilience-error.js';
import { knownPause, retryAfterHeaders } from './retry-after.js';

export interface UserErrorOptions {
  /** What went wrong underneath; it gives the HTTP status and, if it is known, the category. */
  readonly cause?: unknown;
  /** When another try may help: milliseconds or a string such as `'2s'`. */
  readonly retryAfter?: Duration | undefined;
}

/** What {@link RetryableError} and {@link PermanentError} have in common. */
export abstract class UserError extends ResilienceError {
  /** Milliseconds until another try may help; absent when unknown. */
  declare readonly retryAfter?: number;

  constructor(message: string, { cause, retryAfter }: UserErrorOptions) {
    super(message, { cause });
    const pause = knownPause(parseDuration(retryAfter));
    if (pause !== undefined) this.retryAfter = pause;
  }

  override get headers(): ErrorHeaders {
    return this.retryAfter === undefined ? headersFromCause(this.cause) : retryAfterHeaders(this.retryAfter);
  }

  override toJSON(): ResilienceErrorJson {
    return { ...super.toJSON(), retryAfter: this.retryAfter };
  }
}
