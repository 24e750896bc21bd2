import {
  identityFields,
  type IdentityOptions,
  type IdentitySettings,
  nameOrScope,
  signatureOf,
} from '../identity-options.js';
import { duration } from '../options/duration.js';
import { func } from '../options/functions.js';
import { matchers } from '../options/matchers.js';
import { integer, number, ratio } from '../options/numbers.js';
import { object, type Rule } from '../options/object.js';
import { resolveOptions } from '../options/resolve-options.js';
import { settings } from '../options/settings.js';
import { implied, withDefault } from '../options/shape.js';
import { oneOf } from '../options/words.js';
import type { Matcher } from '../predicate.js';
import { type Duration, formatDuration, parseDuration } from '../time/duration.js';
import { defaultWindow, type WindowOptions, type WindowSettings, windowShape } from './window-options.js';

/**
 * When to stop calling a dependency that fails, and how to find out that it is back.
 *
 * Opens on consecutive failed calls, or, where `failureRatio` or `slowCallDuration` is set, on ratios over a window.
 */
export interface CircuitBreakerOptions extends IdentityOptions {
  /**
   * Whether the breaker sees every attempt, inside retry, or only the outcome of the whole call, outside of it.
   *
   * @defaultValue `'attempt'`
   */
  per?: 'attempt' | 'call';
  /**
   * Opens after this many failed calls in a row; an integer of at least 1. Further failed attempts of one call do not
   * add. With a ratio rule it counts only if it is given.
   *
   * @defaultValue `5`, or none with a ratio rule
   */
  failureThreshold?: number | false;
  /** Opens when failures/recorded in the window reaches this; in (0, 1]. */
  failureRatio?: number | false;
  /**
   * Outcomes that the window must hold before a ratio says something; an integer of at least 1. Of a count window
   * never more than its size.
   *
   * @defaultValue `20`
   */
  minimumCalls?: number;
  /**
   * What the ratio rules look back on; needs one of them.
   *
   * @defaultValue `{ type: 'count', size: 100 }`
   */
  window?: WindowOptions | false;
  /** From what duration on an outcome counts as slow, success or not; greater than 0. Sets the rule of `slowCallRatio`. */
  slowCallDuration?: Duration | false;
  /**
   * Opens when slow/recorded in the window reaches this; in (0, 1]. Read only with `slowCallDuration`.
   *
   * @defaultValue `1`
   */
  slowCallRatio?: number;
  /**
   * How long the circuit rejects calls before it lets probes through; greater than 0, at most `maxResetTimeout`.
   * `Infinity` leaves it open until somebody closes it by hand.
   *
   * @defaultValue `'60s'`
   */
  resetTimeout?: Duration;
  /**
   * By what the reset timeout grows with each reopening from half-open; at least 1. Closing resets it.
   *
   * @defaultValue `1.5`
   */
  resetTimeoutFactor?: number;
  /**
   * To what the reset timeout grows at most; greater than 0, at least `resetTimeout`.
   *
   * @defaultValue `'5m'`, or `resetTimeout` where that is longer
   */
  maxResetTimeout?: Duration | false;
  /**
   * How many probes a half-open circuit lets through at a time; an integer of at least 1.
   *
   * @defaultValue `1`
   */
  halfOpenMaxCalls?: number;
  /**
   * How many successful probes close the circuit; an integer of at least 1. One that fails reopens it.
   *
   * @defaultValue `1`
   */
  successThreshold?: number;
  /**
   * How long a probe holds its permit; greater than 0. After it the next caller may probe, and nothing is recorded.
   *
   * @defaultValue `'30s'`
   */
  halfOpenTimeout?: Duration;
  /**
   * Which errors are failures, in place of the categories network, timeout, server, database and unknown; the word
   * `'default'` stands for them. An error that is not named is a success, unless its category is ignored. The policy's
   * own timeouts are failures, named or not.
   */
  recordOn?: readonly Matcher[] | false;
  /**
   * Which errors are not recorded at all, in place of rateLimit, aborted, rejected and programming; the word `'default'`
   * stands for them. What it names wins over `recordOn`; of what `'default'` stands for, `recordOn` may name rateLimit
   * and programming. Aborted and rejected ones count as no success even where the list leaves them out: the dependency
   * was not asked to the end.
   */
  ignore?: readonly Matcher[] | false;
  /** Makes a returned value a failure where it gives `true`. */
  recordResult?: ((value: any) => boolean) | false;
}

/** {@link CircuitBreakerOptions} as the engine uses them. */
export interface CircuitBreakerSettings extends IdentitySettings {
  readonly per: 'attempt' | 'call';
  /** Absent: the rule is off, for a ratio rule is set and no threshold was given. */
  readonly failureThreshold?: number;
  readonly failureRatio?: number;
  readonly minimumCalls: number;
  /** Present exactly when a ratio rule is. */
  readonly window?: WindowSettings;
  readonly slowCallDurationMs?: number;
  readonly slowCallRatio: number;
  /** Infinity: by hand only. */
  readonly resetTimeoutMs: number;
  readonly resetTimeoutFactor: number;
  readonly maxResetTimeoutMs: number;
  readonly halfOpenMaxCalls: number;
  readonly successThreshold: number;
  readonly halfOpenTimeoutMs: number;
  /** Absent: the failures among the categories. */
  readonly recordOn?: readonly Matcher[];
  /** `'default'` in it stands for the ignored ones among the categories. */
  readonly ignore: readonly Matcher[];
  readonly recordResult?: (value: any) => boolean;
}

/** What two policies that share a breaker may each have their own way. */
const errorRules = ['per', 'recordOn', 'ignore', 'recordResult'] as const;

const defaultThreshold = 5;
const defaultMaxResetMs = 5 * 60_000;
const defaultIgnore: readonly Matcher[] = Object.freeze(['default']);

interface RatioRules {
  readonly failureRatio?: unknown;
  readonly slowCallDuration?: unknown;
}

/** Whether a rule is set that looks at a window; `false` stands for one that was taken back. */
function hasRatioRule({ failureRatio, slowCallDuration }: RatioRules): boolean {
  return Boolean(failureRatio) || Boolean(slowCallDuration);
}

const breakerFields = {
  ...identityFields,
  per: withDefault(oneOf('attempt', 'call'), 'attempt'),
  failureThreshold: implied(integer({ min: 1 }), '5, or none with a ratio rule', (beside) =>
    hasRatioRule(beside) ? undefined : defaultThreshold,
  ),
  failureRatio: ratio(),
  minimumCalls: withDefault(integer({ min: 1 }), 20),
  window: implied(windowShape, "{ type: 'count', size: 100 }", (beside) =>
    hasRatioRule(beside) ? defaultWindow : undefined,
  ),
  slowCallDuration: duration(),
  slowCallRatio: withDefault(ratio(), 1),
  resetTimeout: withDefault(duration({ infinity: true }), '60s'),
  resetTimeoutFactor: withDefault(number({ min: 1 }), 1.5),
  maxResetTimeout: implied(duration(), "'5m', or resetTimeout where that is longer", ({ resetTimeout }) =>
    (parseDuration(resetTimeout) ?? 0) > defaultMaxResetMs ? resetTimeout : '5m',
  ),
  halfOpenMaxCalls: withDefault(integer({ min: 1 }), 1),
  successThreshold: withDefault(integer({ min: 1 }), 1),
  halfOpenTimeout: withDefault(duration(), '30s'),
  recordOn: matchers(),
  ignore: matchers(),
  recordResult: func<(value: any) => boolean>(),
};

const breakerRules: readonly Rule<typeof breakerFields>[] = [
  nameOrScope,
  {
    keys: ['resetTimeout', 'maxResetTimeout'],
    check({ resetTimeout, maxResetTimeout }, at) {
      if (maxResetTimeout === undefined || resetTimeout <= maxResetTimeout) return;
      const [given, most] = [formatDuration(resetTimeout), formatDuration(maxResetTimeout)];
      return at.at('resetTimeout').problem(`expected at most maxResetTimeout, ${most} (got ${given})`);
    },
  },
  {
    keys: ['window', 'failureRatio', 'slowCallDuration'],
    check({ window, ...rules }, at) {
      if (window === undefined || hasRatioRule(rules)) return;
      return at.at('window').problem('expected only with failureRatio or slowCallDuration (got neither)');
    },
  },
];

export const circuitBreakerShape = object({
  fields: breakerFields,
  rules: breakerRules,
  build(values, given) {
    const {
      scope = 'operation',
      ignore = defaultIgnore,
      window = defaultWindow,
      failureThreshold,
      ...others
    } = values;
    const { slowCallDuration, resetTimeout, maxResetTimeout, halfOpenTimeout, ...rest } = others;
    const byRatio = hasRatioRule(values);
    const all = {
      ...rest,
      scope,
      ignore,
      failureThreshold: failureThreshold ?? (byRatio ? undefined : defaultThreshold),
      window: byRatio ? window : undefined,
      slowCallDurationMs: slowCallDuration,
      resetTimeoutMs: resetTimeout,
      maxResetTimeoutMs: maxResetTimeout ?? Math.max(defaultMaxResetMs, resetTimeout),
      halfOpenTimeoutMs: halfOpenTimeout,
    };
    return settings<CircuitBreakerSettings>({ ...all, signature: signatureOf(all, given, errorRules) });
  },
});

/**
 * Checks the options of a circuit breaker and fills in their defaults.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) with everything that is wrong.
 */
export function resolveCircuitBreaker(
  options: CircuitBreakerOptions = {},
  path = '',
): CircuitBreakerSettings {
  return resolveOptions(circuitBreakerShape, options, path);
}
