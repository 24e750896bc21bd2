import { duration } from '../options/duration.js';
import { func } from '../options/functions.js';
import { number } from '../options/numbers.js';
import { object } from '../options/object.js';
import { resolveOptions } from '../options/resolve-options.js';
import { settings } from '../options/settings.js';
import { withDefault } from '../options/shape.js';
import { boolean } from '../options/words.js';
import type { Duration } from '../time/duration.js';

/** Faults put into a policy on purpose, to see what it and its callers make of them. Off unless `enabled`. */
export interface ChaosOptions {
  /**
   * How many of the attempts fail; from 0 to 1.
   *
   * @defaultValue `0`
   */
  errorRatio?: number;
  /**
   * By how much each attempt is delayed; 0 or more.
   *
   * @defaultValue `0`
   */
  latency?: Duration;
  /**
   * Whether faults are injected at all.
   *
   * @defaultValue `false`
   */
  enabled?: boolean;
  /**
   * Permits `enabled` where `NODE_ENV` is `production`, which is an error otherwise.
   *
   * @defaultValue `false`
   */
  allowInProduction?: boolean;
  /** Makes the error that a failing attempt throws; by default a `ChaosError` with the code `CHAOS`. */
  error?: (() => unknown) | false;
}

/** {@link ChaosOptions} as the engine uses them. */
export interface ChaosSettings {
  readonly errorRatio: number;
  readonly latencyMs: number;
  readonly enabled: boolean;
  readonly allowInProduction: boolean;
  readonly error?: () => unknown;
}

export const chaosShape = object({
  fields: {
    errorRatio: withDefault(number({ min: 0, max: 1 }), 0),
    latency: withDefault(duration({ zero: true }), 0),
    enabled: withDefault(boolean(), false),
    allowInProduction: withDefault(boolean(), false),
    error: func<() => unknown>(),
  },
  rules: [
    {
      keys: ['enabled', 'allowInProduction'],
      check({ enabled, allowInProduction }, at) {
        if (!enabled || allowInProduction || !isProduction()) return;
        return at.at('enabled').expected('false in production, or allowInProduction beside it', enabled);
      },
    },
  ],
  build: ({ latency: latencyMs, ...rest }) => settings<ChaosSettings>({ latencyMs, ...rest }),
});

/** Read when options are checked; where there is no `process`, as in a browser, nothing says production. */
function isProduction(): boolean {
  const { process } = globalThis as {
    readonly process?: { readonly env?: Readonly<Record<string, unknown>> };
  };
  return process?.env?.['NODE_ENV'] === 'production';
}

/**
 * Checks the faults that a policy is to show and fills in their defaults.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) with everything that is wrong.
 */
export function resolveChaos(options: ChaosOptions = {}, path = ''): ChaosSettings {
  return resolveOptions(chaosShape, options, path);
}
