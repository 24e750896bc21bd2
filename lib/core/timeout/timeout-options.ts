import { duration } from '../options/duration.js';
import { object } from '../options/object.js';
import { resolveOptions } from '../options/resolve-options.js';
import { settings } from '../options/settings.js';
import type { Duration } from '../time/duration.js';

/**
 * How long a call and each of its attempts may take. All are durations greater than 0; `false` removes an inherited one.
 *
 * A duration in place of the object is the total.
 */
export interface TimeoutOptions {
  /** The whole call, retries and pauses included. For streams: until the first item or completion. */
  total?: Duration | false;
  /** One attempt, from its invocation. For streams: until the first item or completion. */
  attempt?: Duration | false;
  /** What follows the first item of a stream: an Observable, an async iterable, server-sent events, a Node stream. */
  stream?: StreamTimeoutOptions | false;
}

/**
 * Limits of a stream after its first item. The stream ends with a `TimeoutExceededError` of scope `'stream'`.
 *
 * A method that gives a promise of a Node stream (or of a `StreamableFile`) has succeeded with the stream itself, of which
 * nothing is read: `total` destroys it with that error, `idle` does not apply to it, and neither applies to a fetch
 * `Response`; one diagnostic event for each operation says so.
 */
export interface StreamTimeoutOptions {
  /** From one item to the next, or to completion. For async iterables, only while an item is waited for. */
  idle?: Duration | false;
  /** From the first item, or from when the Node stream was given, to completion. */
  total?: Duration | false;
}

/** {@link TimeoutOptions} as the engine uses them; absent: no limit. */
export interface TimeoutSettings {
  readonly totalMs?: number;
  readonly attemptMs?: number;
  readonly streamIdleMs?: number;
  readonly streamTotalMs?: number;
}

export const timeoutShape = object({
  shorthands: [{ shape: duration(), to: (total: Duration) => ({ total }) }],
  fields: {
    total: duration(),
    attempt: duration(),
    stream: object({ fields: { idle: duration(), total: duration() }, build: (limits) => limits }),
  },
  build: ({ total, attempt, stream }) =>
    settings<TimeoutSettings>({
      totalMs: total,
      attemptMs: attempt,
      streamIdleMs: stream?.idle,
      streamTotalMs: stream?.total,
    }),
});

/**
 * Checks limits of time; a duration alone is the total.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) with everything that is wrong.
 */
export function resolveTimeout(options: Duration | TimeoutOptions, path = ''): TimeoutSettings {
  return resolveOptions(timeoutShape, options, path);
}
