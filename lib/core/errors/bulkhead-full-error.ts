import { printable } from '../printable.js';
import { brand } from './brand.js';
import { underPolicy } from './message.js';
import { ResilienceError, type ErrorHeaders, type ResilienceErrorJson } from './resilience-error.js';

/** `'full'`: no slot and no place in the queue; `'queueTimeout'`: waited in the queue for too long. */
export type BulkheadRejectionReason = 'full' | 'queueTimeout';

export interface BulkheadFullErrorData {
  readonly policy: string;
  readonly operation: string;
  readonly reason: BulkheadRejectionReason;
  readonly maxConcurrent: number;
  readonly maxQueue: number;
  readonly cause?: unknown;
}

const reasonTexts: Readonly<Record<BulkheadRejectionReason, string>> = {
  full: 'its bulkhead is full',
  queueTimeout: 'it waited too long in the queue of its bulkhead',
};

/**
 * A bulkhead had no slot for the call; the operation was not invoked. Answered with HTTP 503 and `retry-after: 1`.
 *
 * @public
 */
export class BulkheadFullError extends ResilienceError {
  declare readonly code: 'BULKHEAD_FULL';
  declare readonly policy: string;
  declare readonly operation: string;
  /** Why there was no slot. */
  declare readonly reason: BulkheadRejectionReason;
  /** How many invocations may run at once. */
  declare readonly maxConcurrent: number;
  /** How many calls may wait. */
  declare readonly maxQueue: number;

  static {
    brand(this, 'BulkheadFullError', 'BULKHEAD_FULL');
  }

  constructor(data: BulkheadFullErrorData) {
    const { reason, maxConcurrent, maxQueue } = data;
    const limits = `at most ${maxConcurrent} run and ${maxQueue} wait`;
    const refused = `${printable(data.operation)} was not invoked: ${reasonTexts[reason]}`;
    super(`${refused}, ${limits}${underPolicy(data.policy)}`, data);
    this.reason = reason;
    this.maxConcurrent = maxConcurrent;
    this.maxQueue = maxQueue;
  }

  override get statusCode(): number {
    return 503;
  }

  override get headers(): ErrorHeaders {
    return { 'retry-after': '1' };
  }

  override toJSON(): ResilienceErrorJson {
    const { reason, maxConcurrent, maxQueue } = this;
    return { ...super.toJSON(), reason, maxConcurrent, maxQueue };
  }
}
