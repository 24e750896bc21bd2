/** Options of `ResilienceOpenTelemetryModule.register`. @public */
export interface ResilienceOpenTelemetryOptions {
  /**
   * Whether each call has a span, and what its operation does becomes part of it.
   *
   * @defaultValue `true`
   */
  spans?: boolean;
  /**
   * Whether calls, attempts, breakers and bulkheads are measured.
   *
   * @defaultValue `true`
   */
  metrics?: boolean;
  /**
   * How many operations have series of their own; those beyond it share `other`. An integer of at least 1. The same number
   * holds for policies and for breakers, each by themselves.
   *
   * @defaultValue `500`
   */
  maxLabelValues?: number;
}

/** {@link ResilienceOpenTelemetryOptions} with its defaults. */
export type TelemetrySettings = Readonly<Required<ResilienceOpenTelemetryOptions>>;

const defaults: TelemetrySettings = { spans: true, metrics: true, maxLabelValues: 500 };

const isBoolean = (value: unknown) => typeof value === 'boolean';

const rules: { readonly [K in keyof TelemetrySettings]: readonly [(value: unknown) => boolean, string] } = {
  spans: [isBoolean, 'true or false'],
  metrics: [isBoolean, 'true or false'],
  maxLabelValues: [(value) => Number.isInteger(value) && Number(value) >= 1, 'an integer >= 1'],
};

/** @throws TypeError with everything that is wrong with the options. */
export function resolveTelemetryOptions(options: ResilienceOpenTelemetryOptions = {}): TelemetrySettings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const faults = Object.entries(given).flatMap(([key, value]) => faultOf(key, value) ?? []);
  if (faults.length > 0)
    throw new TypeError(`ResilienceOpenTelemetryModule.register(): ${faults.join('; ')}`);
  return { ...defaults, ...given };
}

function faultOf(key: string, value: unknown): string | undefined {
  if (!Object.hasOwn(rules, key)) return `${key}: unknown option; there are ${Object.keys(rules).join(', ')}`;
  const [isValid, expected] = rules[key as keyof TelemetrySettings];
  return isValid(value) ? undefined : `${key}: expected ${expected}`;
}
