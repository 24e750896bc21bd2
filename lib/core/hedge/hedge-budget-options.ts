import {
  identityFields,
  type IdentityOptions,
  type IdentitySettings,
  nameOrScope,
  signatureOf,
} from '../identity-options.js';
import { ratio } from '../options/numbers.js';
import { object } from '../options/object.js';
import { settings } from '../options/settings.js';
import { withDefault } from '../options/shape.js';
import { literal } from '../options/words.js';

/**
 * How many hedges a dependency has to bear at most, over all calls that share the budget. The latencies that
 * `percentile` looks at have the same identity.
 */
export interface HedgeBudgetOptions extends IdentityOptions {
  /**
   * Hedges allowed per attempt; in (0, 1]. Unused ones are saved up, at most for the last 100 attempts.
   *
   * @defaultValue `0.1`
   */
  ratio?: number;
}

/** {@link HedgeBudgetOptions} as the engine uses them. */
export interface HedgeBudgetSettings extends IdentitySettings {
  readonly ratio: number;
}

export const hedgeBudgetShape = object({
  shorthands: [{ shape: literal(true), to: () => ({}) }],
  fields: { ...identityFields, ratio: withDefault(ratio(), 0.1) },
  rules: [nameOrScope],
  build: ({ scope = 'operation', ...values }, given) =>
    settings<HedgeBudgetSettings>({
      ...values,
      scope,
      signature: signatureOf({ ...values, scope }, given, []),
    }),
});
