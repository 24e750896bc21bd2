import { duration } from '../options/duration.js';
import { leaf } from '../options/leaf.js';
import { integer, parseNumber } from '../options/numbers.js';
import { object, type Rule } from '../options/object.js';
import { resolveOptions } from '../options/resolve-options.js';
import { settings } from '../options/settings.js';
import { type Shape, withDefault } from '../options/shape.js';
import type { Duration } from '../time/duration.js';
import {
  type HedgeBudgetOptions,
  type HedgeBudgetSettings,
  hedgeBudgetShape,
} from './hedge-budget-options.js';

/**
 * When to invoke the operation once more beside an attempt that is slow; the first success wins, the others are told
 * to stop by their signals.
 *
 * Only operations that may be made twice are hedged: those with `idempotent: true`, of the policy or of the call. A
 * hedge needs a token of the rate limiter and a slot of the bulkhead that are free at once, else there is none; nor is
 * there one while the circuit is half-open, nor for streams, request handlers and `attempts()`, which make one invocation
 * after the other. Either `delay` or `percentile` is given.
 */
export interface HedgeOptions {
  /** How long after the primary's invocation; 0 or more. The next hedge follows after as long again. */
  delay?: Duration | false;
  /**
   * As `delay`, but that percentile of the last 100 latencies of successful invocations: `95` or `0.95`. While fewer than 10
   * are known, only a failure calls for a hedge.
   */
  percentile?: number | false;
  /**
   * Hedges per attempt; an integer of 0 or more.
   *
   * @defaultValue `1`
   */
  maxHedges?: number;
  /**
   * The share of attempts that may be hedged; `true` is the default.
   *
   * @defaultValue `{ ratio: 0.1 }`
   */
  budget?: HedgeBudgetOptions | true;
}

/** {@link HedgeOptions} as the engine uses them: one of `delayMs` and `percentile`, a fraction, is there. */
export interface HedgeSettings {
  readonly delayMs?: number;
  readonly percentile?: number;
  readonly maxHedges: number;
  readonly budget: HedgeBudgetSettings;
}

function percentile(): Shape<number> {
  return leaf<number>({
    expected: 'a percentile such as 95 or 0.95',
    is: (value) => typeof value === 'number',
    valid: (value: number) => value > 0 && value < 100,
    convert: (value: number) => (value > 1 ? value / 100 : value),
    parse: parseNumber,
    jsonSchema: () => ({ type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 100 }),
  });
}

const hedgeFields = {
  delay: duration({ zero: true }),
  percentile: percentile(),
  maxHedges: withDefault(integer({ min: 0 }), 1),
  budget: withDefault(hedgeBudgetShape, true),
};

const eitherDelayOrPercentile: Rule<typeof hedgeFields> = {
  keys: ['delay', 'percentile'],
  check({ delay, percentile: share }, at) {
    if ((delay === undefined) !== (share === undefined)) return;
    const given = delay === undefined ? 'neither' : 'both';
    return at.at('delay').problem(`expected either a delay or a percentile (got ${given})`);
  },
};

export const hedgeShape = object({
  fields: hedgeFields,
  rules: [eitherDelayOrPercentile],
  build: ({ delay: delayMs, ...rest }) => settings<HedgeSettings>({ delayMs, ...rest }),
});

/**
 * Checks the options of hedging and fills in their defaults.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) with everything that is wrong.
 */
export function resolveHedge(options: HedgeOptions, path = ''): HedgeSettings {
  return resolveOptions(hedgeShape, options, path);
}
