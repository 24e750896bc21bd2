import type { ErrorCategory } from '../classify/error-category.js';

/** Which circuit: breaker and key, across restarts and instances. */
export interface CircuitId {
  /** The breaker's name: the operation, service or policy that it belongs to, or the `name` it was given. */
  readonly breaker: string;
  /** The key of a keyed circuit. */
  readonly key?: string;
}

/** The samples of a count window, oldest first, one character each: see {@link CountedSamples.samples}. */
export interface CountedSamples {
  readonly type: 'count';
  /** `.` success, `s` slow success, `f` failure, `F` slow failure. */
  readonly samples: string;
}

/** The samples of a time window, by the buckets that they were counted in, oldest first. */
export interface TimedSamples {
  readonly type: 'time';
  readonly buckets: readonly TimedBucket[];
}

/** One bucket of a time window. */
export interface TimedBucket {
  /** When it began, epoch milliseconds. */
  readonly at: number;
  /** Samples counted in it. */
  readonly recorded: number;
  readonly failed: number;
  readonly slow: number;
}

/**
 * A circuit as it is written down: plain JSON, without errors, messages, arguments or anything else of a call.
 *
 * Instants are epoch milliseconds of the clock of the process that reads or writes them; a store that carries records
 * between machines moves them by the difference of the clocks ({@link movedInTime}).
 */
export interface CircuitRecord extends CircuitId {
  /** An observing circuit is written down as that, whatever its rules would do. */
  readonly state: 'closed' | 'open' | 'halfOpen' | 'forcedOpen' | 'disabled' | 'observing';
  /** When this was so. */
  readonly savedAt: number;
  /**
   * When an open circuit takes its first probe, or a state set by hand ends. Absent for an open circuit: by hand only;
   * a state set by hand always has it, 24 hours after it was set where nobody gave a time to live.
   */
  readonly until?: number;
  /** How often it has opened again from half-open since it was closed: the growth of its reset timeout. */
  readonly reopenings: number;
  /** Failed calls since the last success. */
  readonly consecutiveFailures: number;
  /** Absent where no window is kept or nothing was recorded. */
  readonly window?: CountedSamples | TimedSamples;
  /** The last counted failure. */
  readonly lastFailure?: { readonly at: number; readonly category: ErrorCategory };
}

/** What has changed: the circuit as it is now, or `null` where nothing about it is worth keeping. */
export interface CircuitChange extends CircuitId {
  readonly record: CircuitRecord | null;
}

/** The record with all its instants later by `byMs`, as by the clock of another machine. */
export function movedInTime(record: CircuitRecord, byMs: number): CircuitRecord {
  const { until, lastFailure, window } = record;
  return {
    ...record,
    savedAt: record.savedAt + byMs,
    ...(until === undefined ? {} : { until: until + byMs }),
    ...(lastFailure === undefined ? {} : { lastFailure: { ...lastFailure, at: lastFailure.at + byMs } }),
    ...(window?.type === 'time'
      ? {
          window: {
            ...window,
            buckets: window.buckets.map((bucket) => ({ ...bucket, at: bucket.at + byMs })),
          },
        }
      : {}),
  };
}
