import { printable } from '../printable.js';
import { brand } from './brand.js';
import { underPolicy } from './message.js';
import { ResilienceError, type ErrorHeaders, type ResilienceErrorJson } from './resilience-error.js';

export interface AdaptiveThrottleErrorData {
  readonly policy: string;
  readonly operation: string;
  readonly probability: number;
  readonly cause?: unknown;
}

/**
 * The adaptive throttle held the call back because the dependency refuses too many; the operation was not invoked.
 * Answered with HTTP 503 and `retry-after: 1`.
 *
 * @public
 */
export class AdaptiveThrottleError extends ResilienceError {
  declare readonly code: 'ADAPTIVE_THROTTLE';
  declare readonly policy: string;
  declare readonly operation: string;
  /** The probability, 0 to 1, with which calls were held back at that moment. */
  declare readonly probability: number;

  static {
    brand(this, 'AdaptiveThrottleError', 'ADAPTIVE_THROTTLE');
  }

  constructor(data: AdaptiveThrottleErrorData) {
    const share = `${Math.round(data.probability * 100)} % of the calls are held back`;
    super(
      `${printable(data.operation)} was not invoked: throttled, ${share}${underPolicy(data.policy)}`,
      data,
    );
    this.probability = data.probability;
  }

  override get statusCode(): number {
    return 503;
  }

  override get headers(): ErrorHeaders {
    return { 'retry-after': '1' };
  }

  override toJSON(): ResilienceErrorJson {
    return { ...super.toJSON(), probability: this.probability };
  }
}
