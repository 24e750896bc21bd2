import type { Counter, Gauge, Histogram } from 'prom-client';
import { definitions, type MetricKey } from '../metric-definitions.js';
import type { ExemplarReader } from './exemplar.js';
import type { PromClient } from './load-peers.js';
import { readFrom, type RowSource } from './read-metric.js';

export type AnyMetric = Counter | Gauge | Histogram;
type Metric<T> = T extends 'counter' ? Counter : T extends 'gauge' ? Gauge : Histogram;
export type Metrics = { readonly [K in MetricKey]: Metric<(typeof definitions)[K]['type']> };

const keys = Object.keys(definitions) as readonly MetricKey[];

/** How metrics are made. */
export interface MetricsPlan {
  readonly client: PromClient;
  readonly prefix: string;
  readonly buckets: readonly number[];
  /** Tells of the trace that the code belongs to which asks; without it, the histogram keeps no exemplars. */
  readonly exemplar?: ExemplarReader | undefined;
}

/**
 * Makes all metrics and registers them.
 *
 * @param sources - what they are read from; the others are counters of prom-client, or its histogram
 * @throws TypeError when somebody else has a metric of one of the names, or exemplars could not be written.
 */
export function createMetrics(
  plan: MetricsPlan,
  sources: Readonly<Partial<Record<MetricKey, RowSource>>>,
): Metrics {
  refuseForeignMetrics(plan);
  refuseUnwrittenExemplars(plan);
  const made = keys.map((key) => {
    const metric = create(plan, key);
    const source = sources[key];
    return [key, source === undefined ? metric : readFrom(metric, source)];
  });
  return Object.fromEntries(made) as Metrics;
}

function create({ client, prefix, buckets, exemplar }: MetricsPlan, key: MetricKey): AnyMetric {
  const { type, name, help, labels } = definitions[key];
  const common = { name: prefix + name, help, labelNames: labels, registers: [client.register] };
  if (type === 'counter') return new client.Counter(common);
  if (type === 'gauge') return new client.Gauge(common);
  return new client.Histogram({
    ...common,
    buckets: [...buckets],
    enableExemplars: exemplar !== undefined,
  });
}

function refuseForeignMetrics({ client, prefix }: MetricsPlan): void {
  const taken = metricNames(prefix).filter((name) => client.register.getSingleMetric(name) !== undefined);
  if (taken.length === 0) return;
  throw new TypeError(
    `ResilienceMetricsModule: metrics of these names exist already: ${taken.join(', ')}; give it another \`prefix\``,
  );
}

function refuseUnwrittenExemplars({ client, exemplar }: MetricsPlan): void {
  // Its type knows only the older format, its default.
  const contentType: string = client.register.contentType;
  if (exemplar === undefined || contentType === client.Registry.OPENMETRICS_CONTENT_TYPE) return;
  throw new TypeError(
    'ResilienceMetricsModule: exemplars need a registry that writes OpenMetrics; before the application is made, call ' +
      'register.setContentType(Registry.OPENMETRICS_CONTENT_TYPE) of prom-client, or leave `exemplars` out',
  );
}

function metricNames(prefix: string): string[] {
  return keys.map((key) => prefix + definitions[key].name);
}

/** The metrics by the names that they were registered under. */
export function byName(metrics: Metrics, prefix: string): Map<string, AnyMetric> {
  return new Map(keys.map((key) => [prefix + definitions[key].name, metrics[key]]));
}
