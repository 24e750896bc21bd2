import { printable } from '../printable.js';
import { formatDuration } from '../time/duration.js';
import { brand } from './brand.js';
import { underPolicy } from './message.js';
import { ResilienceError, type ResilienceErrorJson } from './resilience-error.js';

/** Which limit was reached: of the whole call, of one attempt, a deadline from outside, of a stream, or of a fallback. */
export type TimeoutScope = 'total' | 'attempt' | 'deadline' | 'stream' | 'fallback';

export interface TimeoutExceededErrorData {
  readonly policy: string;
  readonly operation: string;
  readonly timeout: number;
  readonly scope: TimeoutScope;
  readonly cause?: unknown;
}

/**
 * A limit of time was reached; the operation was told to stop through its signal. Answered with HTTP 504.
 *
 * `cause` is the error of the last attempt, if one had failed before.
 *
 * @public
 */
export class TimeoutExceededError extends ResilienceError {
  declare readonly code: 'TIMEOUT_EXCEEDED';
  declare readonly policy: string;
  declare readonly operation: string;
  /** The limit in milliseconds. */
  declare readonly timeout: number;
  /** Which limit it was. */
  declare readonly scope: TimeoutScope;

  static {
    brand(this, 'TimeoutExceededError', 'TIMEOUT_EXCEEDED');
  }

  constructor(data: TimeoutExceededErrorData) {
    const { operation, policy, timeout, scope } = data;
    const limit = scope === 'deadline' ? 'the time left until its deadline,' : `its ${scope} timeout of`;
    super(`${printable(operation)} exceeded ${limit} ${formatDuration(timeout)}${underPolicy(policy)}`, data);
    this.timeout = timeout;
    this.scope = scope;
  }

  override get statusCode(): number {
    return 504;
  }

  override toJSON(): ResilienceErrorJson {
    const { timeout, scope } = this;
    return { ...super.toJSON(), timeout, scope };
  }
}
