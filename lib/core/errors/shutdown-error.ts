import { printable } from '../printable.js';
import { brand } from './brand.js';
import { underPolicy } from './message.js';
import { ResilienceError } from './resilience-error.js';

export interface ShutdownErrorData {
  readonly policy?: string | undefined;
  readonly operation?: string | undefined;
  readonly cause?: unknown;
}

/**
 * The application is shutting down: the call was refused, or its wait for a retry or a slot was ended. Answered with HTTP
 * 503.
 *
 * `cause` is the error of the last attempt, if one had failed before.
 *
 * @public
 */
export class ShutdownError extends ResilienceError {
  declare readonly code: 'SHUTDOWN';

  static {
    brand(this, 'ShutdownError', 'SHUTDOWN');
  }

  constructor(data: ShutdownErrorData = {}) {
    const { policy, operation } = data;
    const ended = operation === undefined ? 'Calls are ended' : `${printable(operation)} was ended`;
    super(`${ended}: the application is shutting down${underPolicy(policy)}`, data);
  }

  override get statusCode(): number {
    return 503;
  }
}
