import {
  identityFields,
  type IdentityOptions,
  type IdentitySettings,
  nameOrScope,
  signatureOf,
} from '../identity-options.js';
import { duration } from '../options/duration.js';
import { number } from '../options/numbers.js';
import { object } from '../options/object.js';
import { resolveOptions } from '../options/resolve-options.js';
import { settings } from '../options/settings.js';
import { withDefault } from '../options/shape.js';
import { literal } from '../options/words.js';
import type { Duration } from '../time/duration.js';

/**
 * Rejects some of the calls to a dependency that refuses many of them, the more the fewer it accepts.
 *
 * A call is rejected with `AdaptiveThrottleError` with the probability max(0, (requests − k · accepts) / (requests + 1))
 * over the window, locally rejected calls counted among the requests. `true` takes the defaults.
 */
export interface AdaptiveThrottleOptions extends IdentityOptions {
  /**
   * How many requests are made per accepted one before any is rejected; at least 1. A lower value rejects earlier, a
   * higher one lets more reach a dependency that may have recovered.
   *
   * @defaultValue `2`
   */
  k?: number;
  /**
   * The time looked back on; greater than 0.
   *
   * @defaultValue `'2m'`
   */
  window?: Duration;
}

/** {@link AdaptiveThrottleOptions} as the engine uses them. */
export interface AdaptiveThrottleSettings extends IdentitySettings {
  readonly k: number;
  readonly windowMs: number;
}

export const adaptiveThrottleShape = object({
  shorthands: [{ shape: literal(true), to: () => ({}) }],
  fields: {
    ...identityFields,
    k: withDefault(number({ min: 1 }), 2),
    window: withDefault(duration(), '2m'),
  },
  rules: [nameOrScope],
  build(values, given) {
    const { scope = 'operation', window: windowMs, ...rest } = values;
    const all = { ...rest, scope, windowMs };
    return settings<AdaptiveThrottleSettings>({ ...all, signature: signatureOf(all, given, []) });
  },
});

/**
 * Checks the options of an adaptive throttle and fills in their defaults.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) with everything that is wrong.
 */
export function resolveAdaptiveThrottle(
  options: AdaptiveThrottleOptions | true = true,
  path = '',
): AdaptiveThrottleSettings {
  return resolveOptions(adaptiveThrottleShape, options, path);
}
