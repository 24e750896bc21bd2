import type { CallReport } from '../call-report.js';
import { brand } from './brand.js';
import { hideErrors } from './hidden-errors.js';
import { underPolicy } from './message.js';
import { ResilienceError, type ResilienceErrorJson } from './resilience-error.js';

/** One operation of a bulk that succeeded. */
export interface BulkSuccess<T> {
  /** Its position in the input, from 0. */
  readonly index: number;
  readonly value: T;
}

/** One operation of a bulk that failed, or was not run because the bulk was cut short. */
export interface BulkFailure {
  /** Its position in the input, from 0. */
  readonly index: number;
  /** What its call ended with; for one that was not run, why: the signal's reason, the deadline, or the shutdown. */
  readonly error: unknown;
  /** The attempts of its call; none for one that was not run. */
  readonly report: CallReport;
}

export interface BulkFailureErrorData {
  readonly policy: string;
  readonly successRate: number;
  readonly failed: readonly BulkFailure[];
  /** @defaultValue none */
  readonly successful?: readonly BulkSuccess<unknown>[];
  /** Why the bulk was cut short, if it was. */
  readonly cause?: unknown;
}

/**
 * Too few operations of a bulk succeeded, or it was cut short. Answered with HTTP 502.
 *
 * `cause` is what cut it short: the reason of the caller's signal, the deadline, the shutdown, or the error of the iterable
 * that gave the operations. It is absent where all operations were run.
 *
 * @public
 */
export class BulkFailureError extends ResilienceError {
  declare readonly code: 'BULK_FAILURE';
  declare readonly policy: string;
  /** Successful operations by all that are known, 0 to 1. */
  declare readonly successRate: number;
  /** The operations that failed, in input order. Not enumerable. */
  declare readonly failed: readonly BulkFailure[];
  /** The operations that succeeded nevertheless, in input order. Not enumerable. */
  declare readonly successful: readonly BulkSuccess<unknown>[];

  static {
    brand(this, 'BulkFailureError', 'BULK_FAILURE');
  }

  constructor(data: BulkFailureErrorData) {
    const { policy, successRate, failed, successful = [], cause } = data;
    const what = cause === undefined ? 'Too few operations succeeded' : 'The bulk was cut short';
    const percent = `${Math.floor(successRate * 1000) / 10} % succeeded`;
    super(`${what}: ${failed.length} failed, ${percent}${underPolicy(policy)}`, data);
    this.successRate = successRate;
    hideErrors<BulkFailureError, 'failed'>(this, 'failed', failed);
    hideErrors<BulkFailureError, 'successful'>(this, 'successful', successful);
  }

  override get statusCode(): number {
    return 502;
  }

  override toJSON(): ResilienceErrorJson {
    return { ...super.toJSON(), successRate: this.successRate, failed: this.failed.length };
  }
}
