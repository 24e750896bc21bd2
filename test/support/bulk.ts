import { isResilienceError } from '../../lib/core/errors/is-resilience-error.js';
import type { BulkFailureError } from '../../lib/core/errors/bulk-failure-error.js';
import { rejection } from './virtual-policy.js';

/** The BulkFailureError that a bulk ends with; throws where it ends otherwise. */
export async function bulkFailure(bulk: Promise<unknown>): Promise<BulkFailureError> {
  const error = await rejection(bulk);
  if (isResilienceError(error, 'BULK_FAILURE')) return error as BulkFailureError;
  throw error;
}

/** Operations each of which stays under way until the test settles it, and how many run. */
export function heldOperations(count: number) {
  const started: number[] = [];
  const settle: { resolve(value: unknown): void; reject(error: unknown): void }[] = [];
  let running = 0;
  const operations = Array.from({ length: count }, (_, index) => (): Promise<unknown> => {
    started.push(index);
    running++;
    return new Promise((resolve, reject) => {
      settle[index] = { resolve, reject };
    }).finally(() => running--);
  });
  return { operations, started, settle, running: () => running };
}
