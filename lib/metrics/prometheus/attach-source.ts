import type { Registry } from 'prom-client';
import type { ResilienceSource } from '../resilience-source.js';
import { breakerCollectors, forgetBreakers, namesOf } from './breaker-gauges.js';
import { bulkheadCollectors } from './bulkhead-gauges.js';
import { countRareEvents } from '../count-events.js';
import type { ExemplarReader } from './exemplar.js';
import type { PromClient } from './load-peers.js';
import { MetricSet, type MetricSetPlan } from './metric-set.js';
import { rowOf, type Row } from './read-metric.js';
import type { MetricsSettings } from './metrics-options.js';

/**
 * Where a registry keeps the metric sets by their prefix. `Symbol.for`: applications that use different copies of this
 * package, ESM and CommonJS, in one process share them all the same.
 */
const SETS = Symbol.for('nestjs-holdfast.metrics.1');

const collectors = {
  ...breakerCollectors,
  ...bulkheadCollectors,
  storeUp: (set: MetricSet, rows: Row[]): void => {
    const isUp = [...set.sources.keys()].every((source) => source.isStoreUp());
    rows.push(rowOf({}, isUp ? 1 : 0));
  },
};

/**
 * Counts a source in the metrics of its prefix; the function returned ends it and drops the series of its breakers.
 *
 * A source that is counted already stays so, once. The first source after all others have gone starts from zero.
 *
 * @throws TypeError when other metrics have one of the names, or another application uses them with other buckets.
 */
export function attachSource(
  source: ResilienceSource,
  client: PromClient,
  { prefix, buckets, maxLabelValues }: Omit<MetricsSettings, 'exemplars'>,
  exemplar?: ExemplarReader,
): () => void {
  const set = metricSet({ client, prefix, buckets, collectors, exemplar });
  if (set.sources.has(source)) return () => undefined;
  set.sources.set(source, maxLabelValues);
  const stopCounting = countRareEvents(source.events, set.sink(maxLabelValues));
  const stopMeasuring = source.measure(set.meters(maxLabelValues));
  return () => {
    stopCounting();
    stopMeasuring();
    set.sources.delete(source);
    forgetBreakers(set, namesOf(source.breakers()));
  };
}

function metricSet(plan: MetricSetPlan): MetricSet {
  const sets = setsOf(plan.client.register);
  const known = sets.get(plan.prefix);
  if (known !== undefined && known.sources.size > 0 && known.isRegistered) return sameBuckets(known, plan);
  known?.remove();
  const set = new MetricSet(plan);
  sets.set(plan.prefix, set);
  return set;
}

function setsOf(registry: Registry & { [SETS]?: Map<string, MetricSet> }): Map<string, MetricSet> {
  if (registry[SETS] === undefined) Object.defineProperty(registry, SETS, { value: new Map() });
  return registry[SETS] as Map<string, MetricSet>;
}

function sameBuckets(set: MetricSet, { prefix, buckets }: MetricSetPlan): MetricSet {
  if (String(set.plan.buckets) === String(buckets)) return set;
  throw new TypeError(
    `ResilienceMetricsModule: another application of this process counts under "${prefix}" with other buckets; give ` +
      'both the same `buckets`, or one of them another `prefix`',
  );
}
