import type { CallOptions } from '../call-options.js';
import { anyValue, func } from '../options/functions.js';
import { leaf } from '../options/leaf.js';
import { integer, ratio } from '../options/numbers.js';
import { object } from '../options/object.js';
import { onlyGiven } from '../options/settings.js';
import { type Fields, type NodeShape, type Shape, withDefault } from '../options/shape.js';
import type { BulkProgress } from './bulk-types.js';

/**
 * How a bulk runs, and what each of its calls says about itself. All calls share `operation`, `key`, `args`, `signal` and
 * `deadline`; an abort, or the deadline, also ends the bulk: what has not begun is not run.
 */
export interface BulkOptions extends CallOptions {
  /** How many operations run at once, retries and their pauses included; 1 or more, or `Infinity`. @defaultValue `10` */
  readonly concurrency?: number;
  /** How many of all operations must succeed, as a ratio greater than 0 and at most 1. @defaultValue `1` */
  readonly successThreshold?: number;
  /** Called after each operation that has ended. What it throws becomes a `diagnostic` event and harms nothing. */
  readonly onProgress?: (progress: BulkProgress) => void;
}

/** {@link BulkOptions} as a bulk uses them. */
export interface BulkSettings {
  readonly concurrency: number;
  readonly successThreshold: number;
  readonly onProgress: ((progress: BulkProgress) => void) | undefined;
  /** What every call gets. */
  readonly call: CallOptions;
}

const signal: Shape<AbortSignal> = leaf<AbortSignal>({
  expected: 'an AbortSignal, such as the `signal` of an AbortController',
  is: (value) => typeof (value as Partial<AbortSignal> | null)?.addEventListener === 'function',
});

const deadline: Shape<Date | number> = leaf<Date | number>({
  expected: 'a valid Date or epoch milliseconds',
  is: (value) => (typeof value === 'number' || value instanceof Date) && !Number.isNaN(Number(value)),
});

/** Every option of a call is taken; those that could be wrong for all calls alike are checked before the first. */
const callFields: Readonly<Record<keyof CallOptions, Shape<unknown>>> = {
  operation: anyValue(),
  signal,
  key: anyValue(),
  args: anyValue(),
  idempotent: anyValue(),
  deadline,
};

/** @param more - options of a call that only the caller's layer knows */
export function bulkShape(more: Fields = {}): NodeShape<BulkSettings> {
  return object({
    fields: {
      concurrency: withDefault(integer({ min: 1, infinity: true }), 10),
      successThreshold: withDefault(ratio(), 1),
      onProgress: func<(progress: BulkProgress) => void>(),
      ...callFields,
      ...more,
    },
    build: ({ concurrency, successThreshold, onProgress, ...call }): BulkSettings => ({
      concurrency,
      successThreshold,
      onProgress,
      call: onlyGiven(call),
    }),
  });
}
