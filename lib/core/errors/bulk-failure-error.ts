import { brand } from './brand.js';
import { hideErrors } from './hidden-errors.js';
import { underPolicy } from './message.js';
import { ResilienceError, type ResilienceErrorJson } from './resilience-error.js';

/** One operation of a bulk that failed. */
export interface BulkFailure {
  /** Its position in the input. */
  readonly index: number;
  readonly error: unknown;
}

export interface BulkFailureErrorData {
  readonly policy: string;
  readonly successRate: number;
  readonly failed: readonly BulkFailure[];
}

/**
 * Too few operations of a bulk succeeded. Answered with HTTP 502.
 *
 * @public
 */
export class BulkFailureError extends ResilienceError {
  declare readonly code: 'BULK_FAILURE';
  declare readonly policy: string;
  /** Successful operations by all operations, 0 to 1. */
  declare readonly successRate: number;
  /** The operations that failed, in input order. Not enumerable. */
  declare readonly failed: readonly BulkFailure[];

  static {
    brand(this, 'BulkFailureError', 'BULK_FAILURE');
  }

  constructor(data: BulkFailureErrorData) {
    const { policy, successRate, failed } = data;
    const percent = `${Math.floor(successRate * 1000) / 10} % succeeded`;
    super(`Too few operations succeeded: ${failed.length} failed, ${percent}${underPolicy(policy)}`, data);
    this.successRate = successRate;
    hideErrors<BulkFailureError, 'failed'>(this, 'failed', failed);
  }

  override get statusCode(): number {
    return 502;
  }

  override toJSON(): ResilienceErrorJson {
    return { ...super.toJSON(), successRate: this.successRate, failed: this.failed.length };
  }
}
