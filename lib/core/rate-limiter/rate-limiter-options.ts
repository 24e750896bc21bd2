import {
  identityFields,
  type IdentityOptions,
  type IdentityScope,
  type IdentitySettings,
  nameOrScope,
  signatureOf,
} from '../identity-options.js';
import { duration } from '../options/duration.js';
import { integer } from '../options/numbers.js';
import { object, type Rule } from '../options/object.js';
import { resolveOptions } from '../options/resolve-options.js';
import { settings } from '../options/settings.js';
import { implied, withDefault } from '../options/shape.js';
import { boolean, oneOf } from '../options/words.js';
import type { Duration } from '../time/duration.js';

/**
 * How many invocations may begin in a length of time.
 *
 * A bucket of `burst` tokens is refilled evenly, `limit` tokens per `interval`; each invocation takes one. So never more
 * than limit + burst − 1 begin in any interval. A call that finds no token is rejected with `RateLimitedError`, or waits
 * for at most `maxWait`; those who wait get their tokens in the order in which they came.
 */
export interface RateLimiterOptions extends IdentityOptions {
  /**
   * How many invocations per `interval`; an integer of at least 1. Must be given, except by a policy that joins a
   * limiter by its `name`.
   */
  limit?: number | false;
  /**
   * The length of time that `limit` speaks of; greater than 0.
   *
   * @defaultValue `'1s'`
   */
  interval?: Duration | false;
  /**
   * How many invocations may begin at once after a quiet time; an integer of at least 1. 1 spaces all of them evenly.
   *
   * @defaultValue `limit`
   */
  burst?: number | false;
  /**
   * How long a call may wait for its token; 0 or more. A longer wait is refused at once. Policies that share a limiter
   * may differ in this.
   *
   * @defaultValue `0`
   */
  maxWait?: Duration;
  /**
   * All instances keep the limit together, over a store that counts permits, such as `RedisStateStore`. A call then waits
   * for the answer of the store, at most `storeTimeout`. Hedges take no shared token and so are not made.
   *
   * @defaultValue `false`
   */
  shared?: boolean;
  /**
   * Among how many instances the limit is divided while the store does not answer; an integer of at least 1. Read only
   * where it is `shared`.
   *
   * @defaultValue that of the store, `1`
   */
  expectedInstances?: number | false;
  /**
   * How long a call waits for the answer of the store before the local share decides; greater than 0. Read only where it
   * is `shared`.
   *
   * @defaultValue that of the store, `'50ms'`
   */
  storeTimeout?: Duration | false;
  /**
   * What the limiter belongs to: every operation has its own, all operations of a service (class) share one, or all
   * operations of the policy. Cannot be given together with `name`.
   *
   * @defaultValue `'policy'`
   */
  scope?: IdentityScope | false;
}

/** How fast tokens come, and how many gather. */
export interface Rate {
  readonly limit: number;
  readonly intervalMs: number;
  readonly burst: number;
}

/** {@link RateLimiterOptions} as the engine uses them. */
export interface RateLimiterSettings extends IdentitySettings {
  /** Absent for a policy that only joins by name. */
  readonly rate?: Rate;
  readonly maxWaitMs: number;
  /** All instances keep the rate together. */
  readonly shared: boolean;
  /** Absent: as the store says. */
  readonly expectedInstances?: number;
  /** Absent: as the store says. */
  readonly storeTimeoutMs?: number;
}

/** What two policies that share a limiter may each have their own way. */
const personal = ['maxWait', 'maxWaitMs', 'storeTimeout', 'storeTimeoutMs'] as const;

const limiterFields = {
  ...identityFields,
  scope: implied(oneOf('operation', 'service', 'policy'), "'policy'", ({ name }) =>
    name ? undefined : 'policy',
  ),
  limit: integer({ min: 1 }),
  interval: implied(duration(), "'1s'", ({ limit }) => (limit ? '1s' : undefined)),
  burst: implied(integer({ min: 1 }), 'limit', ({ limit }) => (limit ? limit : undefined)),
  maxWait: withDefault(duration({ zero: true }), 0),
  shared: withDefault(boolean(), false),
  expectedInstances: implied(integer({ min: 1 }), "the store's"),
  storeTimeout: implied(duration(), "the store's"),
};

const limitUnlessJoining: Rule<typeof limiterFields> = {
  keys: ['limit', 'interval', 'burst', 'name'],
  check({ limit, interval, burst, name }, at) {
    if (limit !== undefined) return;
    if (name !== undefined && interval === undefined && burst === undefined) return;
    return at.at('limit').problem(`expected ${limiterFields.limit.expected} (not given)`);
  },
};

export const rateLimiterShape = object({
  fields: limiterFields,
  rules: [nameOrScope, limitUnlessJoining],
  build(values, given) {
    const {
      scope = 'policy',
      limit,
      interval: intervalMs = 1_000,
      burst,
      maxWait: maxWaitMs,
      storeTimeout: storeTimeoutMs,
      ...rest
    } = values;
    const rate =
      limit === undefined ? undefined : Object.freeze({ limit, intervalMs, burst: burst ?? limit });
    const all = { ...rest, scope, rate, maxWaitMs, storeTimeoutMs };
    return settings<RateLimiterSettings>({ ...all, signature: signatureOf(all, given, personal) });
  },
});

/**
 * Checks the options of a rate limiter and fills in their defaults.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) with everything that is wrong.
 */
export function resolveRateLimiter(options: RateLimiterOptions, path = ''): RateLimiterSettings {
  return resolveOptions(rateLimiterShape, options, path);
}
