import type { AttemptContext } from '../../attempt-context.js';
import {
  identityFields,
  type IdentityOptions,
  type IdentitySettings,
  nameOrScope,
  signatureOf,
} from '../../identity-options.js';
import { anyOf, mapped } from '../../options/any-of.js';
import { duration } from '../../options/duration.js';
import { func } from '../../options/functions.js';
import { integer, number, ratio } from '../../options/numbers.js';
import { object, type Rule } from '../../options/object.js';
import { resolveOptions } from '../../options/resolve-options.js';
import { settings } from '../../options/settings.js';
import { implied, required, withDefault } from '../../options/shape.js';
import { boolean, oneOf } from '../../options/words.js';
import { type Duration, formatDuration } from '../../time/duration.js';

/** The rule by which delays grow. */
export type BackoffType = 'fixed' | 'linear' | 'exponential' | 'fibonacci' | 'adaptive';

/** How chance spreads a delay, so that callers who failed together do not return together. */
export type Jitter = 'none' | 'full' | 'equal' | 'decorrelated' | { readonly factor: number };

/**
 * A backoff of one's own: the delay in milliseconds after the given attempt (1-based).
 *
 * Taken as it is: neither bounded nor jittered. NaN, a negative result or one that is no number fails the call.
 */
export type BackoffFunction = (attempt: number, context: AttemptContext) => number;

/** How long to pause between attempts. */
export interface BackoffOptions {
  /**
   * The rule, for initial delay i and the delay after attempt n, before jitter: `fixed` i, `linear`
   * i + increment·(n−1), `exponential` i·factor^(n−1), `fibonacci` i·F(n) with F = 1, 1, 2, 3, 5…, `adaptive` as
   * exponential while most attempts succeed and longer the more of them fail (see {@link AdaptiveBackoffOptions}).
   *
   * Where a stronger source changes the type, the other options of the weaker one go with it.
   *
   * @defaultValue `'exponential'`
   */
  type?: BackoffType;
  /**
   * The delay after the first attempt. Milliseconds or a string such as `'250ms'`; 0 or more.
   *
   * @defaultValue `'1s'`
   */
  initialDelay?: Duration;
  /**
   * By what each delay is multiplied; at least 1. Read by `exponential` and `adaptive`.
   *
   * @defaultValue `2`
   */
  factor?: number;
  /**
   * What each delay is longer by; 0 or more. Read by `linear`.
   *
   * @defaultValue `initialDelay`
   */
  increment?: Duration | false;
  /**
   * No delay is shorter, jitter included; 0 or more, at most `maxDelay`.
   *
   * @defaultValue `0`
   */
  minDelay?: Duration;
  /**
   * No delay is longer, jitter included; 0 or more, finite. A server's hint (`retry-after`) beyond it ends the call.
   *
   * @defaultValue `'60s'`
   */
  maxDelay?: Duration;
  /**
   * With delay d and u uniform in [0, 1): `'none'` (or `false`) d, `'full'` (or `true`) u·d, `'equal'` d/2 + u·d/2,
   * `{ factor: f }` d·(1 − f + 2·f·u) with f in (0, 1]. `'decorrelated'`, only with `exponential` and in place of its
   * formula: initialDelay + u·(3·previous − initialDelay).
   *
   * @defaultValue `'full'`
   * @see M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015
   */
  jitter?: Jitter | boolean;
  /** Refines `type: 'adaptive'`; an error with any other type. */
  adaptive?: AdaptiveBackoffOptions | false;
}

/**
 * When an adaptive backoff stretches: once the success ratio r of the last attempts falls under the threshold t, the
 * delay is initialDelay·factor^(n−1)·(1 + 2·(t − r)/t); at or above it, it is initialDelay.
 */
export interface AdaptiveBackoffOptions extends IdentityOptions {
  /**
   * The ratio of successful attempts from which delays stay at `initialDelay`; in (0, 1].
   *
   * @defaultValue `0.8`
   */
  successThreshold?: number;
  /**
   * How many of the last attempts are looked at; an integer of at least 1.
   *
   * @defaultValue `100`
   */
  window?: number;
  /**
   * Fewer attempts than this say nothing: delays grow as with `exponential`. An integer from 1 to `window`.
   *
   * @defaultValue `10`
   */
  minSamples?: number;
}

/** {@link AdaptiveBackoffOptions} as the engine uses them. */
export interface AdaptiveSettings extends IdentitySettings {
  readonly successThreshold: number;
  readonly window: number;
  readonly minSamples: number;
}

/** {@link BackoffOptions} as the engine uses them. */
export interface BackoffSettings {
  readonly type: BackoffType;
  readonly initialDelayMs: number;
  readonly factor: number;
  readonly incrementMs: number;
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
  readonly jitter: Jitter;
  /** Present exactly when the type is adaptive. */
  readonly adaptive?: AdaptiveSettings;
}

const adaptiveShape = object({
  fields: {
    ...identityFields,
    successThreshold: withDefault(ratio(), 0.8),
    window: withDefault(integer({ min: 1, max: 1_000_000 }), 100),
    minSamples: withDefault(integer({ min: 1 }), 10),
  },
  rules: [
    nameOrScope,
    {
      keys: ['minSamples', 'window'],
      check({ minSamples, window }, at) {
        if (minSamples <= window) return;
        return at.at('minSamples').expected(`at most window, ${window}`, minSamples);
      },
    },
  ],
  build(values, given) {
    const { scope = 'operation', ...rest } = values;
    return settings<AdaptiveSettings>({ scope, ...rest, signature: signatureOf(values, given, []) });
  },
});

const jitterShape = anyOf(
  mapped(boolean(), (spread): Jitter => (spread ? 'full' : 'none')),
  oneOf('none', 'full', 'equal', 'decorrelated'),
  object({ fields: { factor: required(ratio()) }, build: ({ factor }): Jitter => Object.freeze({ factor }) }),
);

const backoffFields = {
  type: withDefault(oneOf('fixed', 'linear', 'exponential', 'fibonacci', 'adaptive'), 'exponential'),
  initialDelay: withDefault(duration({ zero: true }), '1s'),
  factor: withDefault(number({ min: 1 }), 2),
  increment: implied(duration({ zero: true }), 'initialDelay', ({ initialDelay }) => initialDelay ?? '1s'),
  minDelay: withDefault(duration({ zero: true }), 0),
  maxDelay: withDefault(duration({ zero: true }), '60s'),
  jitter: withDefault(jitterShape, 'full'),
  adaptive: adaptiveShape,
};

const backoffRules: readonly Rule<typeof backoffFields>[] = [
  {
    keys: ['minDelay', 'maxDelay'],
    check({ minDelay, maxDelay }, at) {
      if (minDelay <= maxDelay) return;
      return at
        .at('minDelay')
        .problem(`expected at most maxDelay, ${formatDuration(maxDelay)} (got ${formatDuration(minDelay)})`);
    },
  },
  {
    keys: ['type', 'jitter'],
    check({ type, jitter }, at) {
      if (jitter !== 'decorrelated' || type === 'exponential') return;
      return at
        .at('jitter')
        .problem(`expected another jitter, for 'decorrelated' needs type 'exponential' (got type '${type}')`);
    },
  },
  {
    keys: ['type', 'adaptive'],
    check({ type, adaptive }, at) {
      if (adaptive === undefined || type === 'adaptive') return;
      return at.at('adaptive').problem(`expected only with type 'adaptive' (got type '${type}')`);
    },
  },
];

const backoffObject = object({
  fields: backoffFields,
  rules: backoffRules,
  build: ({ type, factor, jitter, adaptive, ...delays }) =>
    settings<BackoffSettings>({
      type,
      initialDelayMs: delays.initialDelay,
      factor,
      incrementMs: delays.increment ?? delays.initialDelay,
      minDelayMs: delays.minDelay,
      maxDelayMs: delays.maxDelay,
      jitter,
      adaptive: type === 'adaptive' ? (adaptive ?? resolveOptions(adaptiveShape, {})) : undefined,
    }),
});

export const backoffShape = anyOf(func<BackoffFunction>(), backoffObject);

/**
 * Checks a backoff and fills in its defaults; a function is taken as it is.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) with everything that is wrong.
 */
export function resolveBackoff(
  options: BackoffOptions | BackoffFunction = {},
  path = '',
): BackoffSettings | BackoffFunction {
  return resolveOptions(backoffShape, options, path);
}
