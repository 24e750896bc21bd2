import type { AttemptContext } from '../attempt-context.js';
import type { BulkFailure, BulkSuccess } from '../errors/bulk-failure-error.js';

/** One operation of a bulk; it gets the context of each of its attempts. */
export type BulkOperation<T = unknown> = (context: AttemptContext) => T | PromiseLike<T>;

/**
 * The operations of a bulk: an array, or any iterable or async iterable, which is read one at a time, and only when an
 * operation can begin. Such a generator may stand for a million operations of which ten exist at a time.
 */
export type BulkOperations<O extends BulkOperation = BulkOperation> = Iterable<O> | AsyncIterable<O>;

/** What operations resolve to; where they differ, any of it. */
export type BulkValue<O extends BulkOperation> = Awaited<ReturnType<O>>;

/** Where a bulk is, after one more of its operations has ended. */
export interface BulkProgress {
  /** Operations that have ended: `successful + failed`. */
  readonly completed: number;
  /** All operations; absent where they come from an iterable, whose length nobody knows. */
  readonly total?: number;
  readonly successful: number;
  readonly failed: number;
  /** Attempts after the first, of all operations that have ended. */
  readonly retries: number;
}

/** What a bulk came to, each list in input order; every operation is in exactly one of them. */
export interface BulkResult<T> {
  readonly successful: BulkSuccess<T>[];
  readonly failed: BulkFailure[];
  /** Successful operations by all operations, 0 to 1; 1 where there were none. */
  readonly successRate: number;
  /** The rate reached `successThreshold`; where it does not, the bulk ends with a `BulkFailureError` instead. */
  readonly ok: true;
}
