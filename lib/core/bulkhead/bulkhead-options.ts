import {
  identityFields,
  type IdentityOptions,
  type IdentitySettings,
  nameOrScope,
  signatureOf,
} from '../identity-options.js';
import { duration } from '../options/duration.js';
import { integer } from '../options/numbers.js';
import { object } from '../options/object.js';
import { resolveOptions } from '../options/resolve-options.js';
import { settings } from '../options/settings.js';
import { withDefault } from '../options/shape.js';
import { oneOf } from '../options/words.js';
import type { Duration } from '../time/duration.js';
import {
  adaptiveLimitShape,
  type AdaptiveLimitOptions,
  type AdaptiveLimitSettings,
} from './adaptive-options.js';

/** When an operation gives its permit back: when it has settled, or when its caller has been answered. */
export type BulkheadRelease = 'settled' | 'answered';

/**
 * How many invocations may run at once, and how many calls may wait for their turn.
 *
 * Calls wait in the order in which they came, and no newcomer overtakes them. A call that finds neither a permit nor a
 * place in the queue, or that waited for too long, is rejected with `BulkheadFullError`. A number alone stands for
 * `maxConcurrent`.
 */
export interface BulkheadOptions extends IdentityOptions {
  /**
   * How many invocations may run at once; an integer of at least 1. With `adaptive`, how many at first.
   *
   * @defaultValue `10`
   */
  maxConcurrent?: number;
  /**
   * How many calls may wait for a permit; an integer of 0 or more, or `Infinity`. 0: nobody waits.
   *
   * @defaultValue `0`
   */
  maxQueue?: number;
  /**
   * How long a call may wait for a permit; greater than 0.
   *
   * @defaultValue as long as the call itself may take
   */
  queueTimeout?: Duration | false;
  /**
   * When a permit is given back. `'settled'`: when the operation has settled, also if a timeout or an abort answered
   * its caller earlier, for it still burdens the dependency. `'answered'`: with the answer, for operations that may
   * never settle. A stream (Observable, async iterable, Node stream, server-sent events) holds its permit until it ends,
   * with `'answered'` until its first item. Policies that share a bulkhead may differ in this.
   *
   * @defaultValue `'settled'`
   */
  releaseOn?: BulkheadRelease;
  /**
   * Lets the limit find itself between `min` and `max`, beginning at `maxConcurrent`: timeouts and slow attempts lower
   * it by a tenth, others raise it by one while at least half of it is in use.
   */
  adaptive?: AdaptiveLimitOptions | false;
}

/** {@link BulkheadOptions} as the engine uses them. */
export interface BulkheadSettings extends IdentitySettings {
  readonly maxConcurrent: number;
  /** Infinity: no bound. */
  readonly maxQueue: number;
  /** Absent: no bound of its own. */
  readonly queueTimeoutMs?: number;
  readonly releaseOn: BulkheadRelease;
  readonly adaptive?: AdaptiveLimitSettings;
}

/** What two policies that share a bulkhead may each have their own way. */
const personal = ['releaseOn'] as const;

const maxConcurrent = integer({ min: 1 });

export const bulkheadShape = object({
  shorthands: [{ shape: maxConcurrent, to: (permits: number) => ({ maxConcurrent: permits }) }],
  fields: {
    ...identityFields,
    maxConcurrent: withDefault(maxConcurrent, 10),
    maxQueue: withDefault(integer({ min: 0, infinity: true }), 0),
    queueTimeout: duration(),
    releaseOn: withDefault(oneOf('settled', 'answered'), 'settled'),
    adaptive: adaptiveLimitShape,
  },
  rules: [nameOrScope],
  build(values, given) {
    const { scope = 'operation', queueTimeout: queueTimeoutMs, ...rest } = values;
    const all = { ...rest, scope, queueTimeoutMs };
    return settings<BulkheadSettings>({ ...all, signature: signatureOf(all, given, personal) });
  },
});

/**
 * Checks the options of a bulkhead and fills in their defaults.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) with everything that is wrong.
 */
export function resolveBulkhead(options: BulkheadOptions | number = {}, path = ''): BulkheadSettings {
  return resolveOptions(bulkheadShape, options, path);
}
