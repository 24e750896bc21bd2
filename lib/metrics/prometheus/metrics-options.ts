/** Options of `ResilienceMetricsModule.register`. @public */
export interface ResilienceMetricsOptions {
  /**
   * What the names of all metrics begin with: letters, digits, `_` and `:`, not a digit first; `''` for none.
   *
   * A `customMetricPrefix` of `PrometheusModule` stands before it, as it does before other metrics.
   *
   * @defaultValue `'resilience_'`
   */
  prefix?: string;
  /**
   * Upper bounds of the buckets of `call_duration_seconds`, in seconds: greater than 0, ascending, at least one.
   *
   * @defaultValue `[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]`
   */
  buckets?: readonly number[];
  /**
   * How many operations have series of their own; those beyond it share the series of the operation `other`. An integer
   * of at least 1. The same number holds for policies and for breakers, each by themselves.
   *
   * @defaultValue `500`
   */
  maxLabelValues?: number;
  /**
   * Whether the buckets of `call_duration_seconds` tell of a call in them, by the ids of its trace and span: of the span of
   * OpenTelemetry under which the call ended, where that is sampled. Needs `@opentelemetry/api`, and a registry that
   * writes OpenMetrics, for in the older format there is no place for it.
   *
   * @defaultValue `false`
   */
  exemplars?: boolean;
}

/** {@link ResilienceMetricsOptions} with its defaults. */
export interface MetricsSettings {
  readonly prefix: string;
  readonly buckets: readonly number[];
  readonly maxLabelValues: number;
  readonly exemplars: boolean;
}

/** From a cache's answer to a call that was retried for two minutes. */
const defaults: MetricsSettings = {
  prefix: 'resilience_',
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
  maxLabelValues: 500,
  exemplars: false,
};

const namePrefix = /^(?:[a-zA-Z_:][a-zA-Z0-9_:]*)?$/;

const rules: { readonly [K in keyof MetricsSettings]: readonly [(value: unknown) => boolean, string] } = {
  prefix: [
    (value) => typeof value === 'string' && namePrefix.test(value),
    "the beginning of a metric's name, such as 'resilience_'",
  ],
  buckets: [isBuckets, 'at least one number of seconds, greater than 0 and ascending'],
  maxLabelValues: [(value) => Number.isInteger(value) && Number(value) >= 1, 'an integer >= 1'],
  exemplars: [(value) => typeof value === 'boolean', 'true or false'],
};

/** @throws TypeError with everything that is wrong with the options. */
export function resolveMetricsOptions(options: ResilienceMetricsOptions = {}): MetricsSettings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const faults = Object.entries(given).flatMap(([key, value]) => faultOf(key, value) ?? []);
  if (faults.length > 0) throw new TypeError(`ResilienceMetricsModule.register(): ${faults.join('; ')}`);
  return { ...defaults, ...given };
}

function faultOf(key: string, value: unknown): string | undefined {
  if (!Object.hasOwn(rules, key)) return `${key}: unknown option; there are ${Object.keys(rules).join(', ')}`;
  const [isValid, expected] = rules[key as keyof MetricsSettings];
  return isValid(value) ? undefined : `${key}: expected ${expected}`;
}

function isBuckets(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((bound, index) => Number.isFinite(bound) && Number(bound) > Number(value[index - 1] ?? 0))
  );
}
