import {
  identityFields,
  type IdentityOptions,
  type IdentitySettings,
  nameOrScope,
  signatureOf,
} from '../identity-options.js';
import { duration } from '../options/duration.js';
import { number, ratio } from '../options/numbers.js';
import { object } from '../options/object.js';
import { resolveOptions } from '../options/resolve-options.js';
import { settings } from '../options/settings.js';
import { implied, withDefault } from '../options/shape.js';
import { boolean, literal, oneOf } from '../options/words.js';
import type { Duration } from '../time/duration.js';

/**
 * How many retries a dependency has to bear at most, over all calls that share the budget.
 *
 * A retry is allowed while the retries within the window are fewer than ratio · calls + minPerSecond · window. Without
 * `name` and `scope` the budget has the identity of the policy's circuit breaker, else of the operation.
 */
export interface RetryBudgetOptions extends IdentityOptions {
  /**
   * Retries allowed per call; in (0, 1].
   *
   * @defaultValue `0.2`
   */
  ratio?: number;
  /**
   * Retries per second allowed however few calls there are; 0 or more.
   *
   * @defaultValue `3`
   */
  minPerSecond?: number;
  /**
   * The time looked back on; greater than 0.
   *
   * @defaultValue `'10s'`
   */
  window?: Duration;
  /**
   * All instances keep the budget together, over a store that counts for all, such as `RedisStateStore`: `minPerSecond`
   * then is that of all of them. What the others have counted is asked for in the background, four times a second.
   *
   * @defaultValue `false`
   */
  shared?: boolean;
}

/** {@link RetryBudgetOptions} as the engine uses them. Without `name` and `scope` the breaker's identity holds. */
export interface BudgetSettings extends Partial<IdentitySettings> {
  readonly maxKeys: number;
  readonly ratio: number;
  readonly minPerSecond: number;
  readonly windowMs: number;
  /** All instances keep the budget together. */
  readonly shared: boolean;
}

export const budgetShape = object({
  shorthands: [{ shape: literal(true), to: () => ({}) }],
  fields: {
    ...identityFields,
    scope: implied(oneOf('operation', 'service', 'policy'), "the circuit breaker's, else 'operation'"),
    ratio: withDefault(ratio(), 0.2),
    minPerSecond: withDefault(number({ min: 0 }), 3),
    window: withDefault(duration(), '10s'),
    shared: withDefault(boolean(), false),
  },
  rules: [nameOrScope],
  build(values, given) {
    const { window: windowMs, ...rest } = values;
    return settings<BudgetSettings>({ windowMs, ...rest, signature: signatureOf(values, given, []) });
  },
});

/**
 * Checks a retry budget and fills in its defaults.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) with everything that is wrong.
 */
export function resolveBudget(options: RetryBudgetOptions | true = true, path = ''): BudgetSettings {
  return resolveOptions(budgetShape, options, path);
}
