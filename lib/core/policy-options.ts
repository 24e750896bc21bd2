import {
  type AdaptiveThrottleOptions,
  type AdaptiveThrottleSettings,
  adaptiveThrottleShape,
} from './adaptive-throttle/adaptive-throttle-options.js';
import { type BulkheadOptions, type BulkheadSettings, bulkheadShape } from './bulkhead/bulkhead-options.js';
import { type ChaosOptions, type ChaosSettings, chaosShape } from './chaos/chaos-options.js';
import {
  type CircuitBreakerOptions,
  type CircuitBreakerSettings,
  circuitBreakerShape,
} from './circuit-breaker/circuit-breaker-options.js';
import { eventTypes, type ResilienceEventType, type ResilienceListener } from './events/event-types.js';
import {
  type FallbackHandler,
  type FallbackOptions,
  type FallbackSettings,
  fallbackShape,
} from './fallback/fallback-options.js';
import { type HedgeOptions, type HedgeSettings, hedgeShape } from './hedge/hedge-options.js';
import { type KeyFunction, keyShape } from './identity-options.js';
import { type LoggingOptions, type LoggingSettings, loggingShape } from './logging-options.js';
import { anyOf } from './options/any-of.js';
import { func } from './options/functions.js';
import { object, type Rule } from './options/object.js';
import { resolveOptions } from './options/resolve-options.js';
import { onlyGiven, settings } from './options/settings.js';
import { implied, withDefault } from './options/shape.js';
import { boolean, literal, string } from './options/words.js';
import {
  type RateLimiterOptions,
  type RateLimiterSettings,
  rateLimiterShape,
} from './rate-limiter/rate-limiter-options.js';
import { type RetryOptions, type RetrySettings, retryShape } from './retry/retry-options.js';
import type { Duration } from './time/duration.js';
import { type TimeoutOptions, type TimeoutSettings, timeoutShape } from './timeout/timeout-options.js';

/** Listeners by the name of their event. One that throws is reported as a `diagnostic` event and harms nothing. */
export type PolicyListeners = { readonly [T in ResilienceEventType]?: ResilienceListener<T> };

/**
 * A named set of strategies. Strategies that are left out do not take part; the order in which they are written does
 * not matter, for one order holds: fallback, total timeout, retry, circuit breaker, hedge, adaptive throttle, rate
 * limiter, bulkhead, attempt timeout, operation.
 *
 * `undefined` and `null` are as if left out; `false` removes what another source or `extends` brings in.
 */
export interface PolicyOptions {
  /**
   * The policy that this one builds on: its options hold where this one gives none. `false` starts empty.
   *
   * @defaultValue the preset of the same name, if there is one
   */
  extends?: string | false;
  /**
   * Whether the strategies act; `false` runs every call bare.
   *
   * @defaultValue `true`
   */
  enabled?: boolean;
  /**
   * Whether the operation may be made twice. `false` retries only after errors that prove that nothing was sent; left
   * out, everything that `retryOn` says is retried.
   */
  idempotent?: boolean;
  /** Which events become log lines; `false` is silent, `true` as if not given. Read by the Nest module. */
  logging?: LoggingOptions | boolean;
  /** Faults put in on purpose; off unless enabled. */
  chaos?: ChaosOptions | false;
  /**
   * Divides the state of all strategies by what this function makes of the call's arguments; a string names a resolver
   * in `keys` of `ResilienceModule.forRoot`. A strategy's own `key` wins.
   */
  key?: KeyFunction | string | false;
  /** What answers a call that failed. */
  fallback?: FallbackHandler | FallbackOptions | false;
  /** How long calls and attempts may take; a duration alone is the total. */
  timeout?: Duration | TimeoutOptions | false;
  /** When and how often failed attempts are made again. */
  retry?: RetryOptions | false;
  /** When to stop calling for a while. */
  circuitBreaker?: CircuitBreakerOptions | false;
  /** When to invoke the operation once more beside a slow attempt; only with `idempotent: true`. */
  hedge?: HedgeOptions | false;
  /** Holds calls back in proportion to what the dependency refuses; `true` is the default. */
  adaptiveThrottle?: AdaptiveThrottleOptions | boolean;
  /** How many invocations there may be in a length of time. */
  rateLimiter?: RateLimiterOptions | false;
  /** How many invocations may run at once; a number alone is `maxConcurrent`. */
  bulkhead?: BulkheadOptions | number | false;
  /** Releases a result that nobody will get, as that of an attempt that timed out. Streams and fetch bodies release themselves. */
  discard?: ((value: any) => void) | false;
  /** Listeners of this policy's events. */
  on?: PolicyListeners | false;
}

/** {@link PolicyOptions} as the engine uses them: durations in milliseconds, defaults filled in, deeply frozen. */
export interface PolicySettings {
  readonly name: string;
  readonly enabled: boolean;
  readonly idempotent?: boolean;
  readonly key?: KeyFunction | string;
  readonly retry?: RetrySettings;
  readonly circuitBreaker?: CircuitBreakerSettings;
  readonly hedge?: HedgeSettings;
  readonly adaptiveThrottle?: AdaptiveThrottleSettings;
  readonly rateLimiter?: RateLimiterSettings;
  readonly bulkhead?: BulkheadSettings;
  readonly timeout?: TimeoutSettings;
  readonly fallback?: FallbackSettings;
  readonly chaos?: ChaosSettings;
  readonly discard?: (value: any) => void;
  readonly on?: PolicyListeners;
  /** What the policy says about log lines; false: none at all. */
  readonly logging?: LoggingSettings | false;
}

const listenersShape = object({
  fields: Object.fromEntries(eventTypes.map((type) => [type, func<ResilienceListener>()])),
  build: (listeners) => onlyGiven(listeners) as PolicyListeners,
});

const policyFields = {
  extends: implied(anyOf(literal(false), string()), 'the preset of the same name, if there is one'),
  enabled: withDefault(boolean(), true),
  idempotent: boolean(),
  logging: loggingShape,
  chaos: chaosShape,
  key: keyShape(),
  fallback: fallbackShape,
  timeout: timeoutShape,
  retry: retryShape,
  circuitBreaker: circuitBreakerShape,
  hedge: hedgeShape,
  adaptiveThrottle: adaptiveThrottleShape,
  rateLimiter: rateLimiterShape,
  bulkhead: bulkheadShape,
  discard: func<(value: any) => void>(),
  on: listenersShape,
};

const policyRules: readonly Rule<typeof policyFields>[] = [
  {
    keys: ['extends'],
    check({ extends: parent }, at) {
      if (typeof parent !== 'string') return;
      return at.at('extends').expected('only where policies know one another, in ResilienceModule', parent);
    },
  },
  {
    keys: ['retry', 'timeout'],
    check({ retry, timeout }, at) {
      if (retry?.maxAttempts !== Infinity || timeout?.totalMs !== undefined) return;
      return at
        .at('retry')
        .at('maxAttempts')
        .expected('a finite number, or a total timeout beside it', Infinity);
    },
  },
];

/** Everything there is to know about {@link PolicyOptions}; `extends` is resolved before the rest. */
export const policyShape = object({
  fields: policyFields,
  rules: policyRules,
  build: ({ extends: _resolved, ...rest }) => settings<Omit<PolicySettings, 'name'>>(rest),
});

const limiterOfItsOwn: Rule<typeof policyFields> = {
  keys: ['rateLimiter'],
  check({ rateLimiter }, at) {
    if (rateLimiter === undefined || rateLimiter.rate !== undefined) return;
    const problem =
      'expected an integer >= 1 (not given): nobody else shares the limiter of a policy that stands alone';
    return at.at('rateLimiter').at('limit').problem(problem);
  },
};

/** The same for a policy that stands alone and says its own name. */
export const namedPolicyShape = object({
  fields: { name: withDefault(string(), 'policy'), ...policyFields },
  rules: [...policyRules, limiterOfItsOwn],
  build: ({ extends: _refused, ...rest }) => settings<PolicySettings>(rest),
});

/** What {@link resolvePolicy} needs to know beside the options. */
export interface ResolvePolicyContext {
  /** Names that `key` may give in place of a function: the resolvers of `ResilienceModule.forRoot`. None by default. */
  readonly allowNames?: readonly string[];
}

/**
 * Checks the options of a policy, all strategies together, and fills in their defaults.
 *
 * @param path - what the paths of problems begin with, such as `policies.network`
 * @throws ResilienceConfigError (`CONFIG_INVALID`) with everything that is wrong, in one error.
 */
export function resolvePolicy(
  name: string,
  options: PolicyOptions,
  path = '',
  { allowNames }: ResolvePolicyContext = {},
): PolicySettings {
  return Object.freeze({ name, ...resolveOptions(policyShape, options, path, { keyNames: allowNames }) });
}
