import type { Attributes, BatchObservableResult, Meter, ObservableGauge } from '@opentelemetry/api';
import { countEvents } from '../count-events.js';
import { LabelValues, stateLabels, states } from '../labels.js';
import { definitions, type GaugeKey, type MetricKey } from '../metric-definitions.js';
import type { ResilienceSource } from '../resilience-source.js';

/** The buckets of durations in seconds, as those of Prometheus. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/** `calls_total` → `resilience.calls`: exporters to Prometheus put back what their names end with. */
export function instrumentName(key: MetricKey): string {
  return `resilience.${definitions[key].name.replace(/_total$|_seconds$/, '')}`;
}

/** Counts what a source tells, and reads its gauges when they are collected; the function returned ends it. */
export function measureCalls(source: ResilienceSource, meter: Meter, maxLabelValues: number): () => void {
  const values = { policies: new LabelValues(), operations: new LabelValues(), breakers: new LabelValues() };
  const labelsOf = ({ policy, operation }: { readonly policy: string; readonly operation: string }) => ({
    policy: values.policies.of(policy, maxLabelValues),
    operation: values.operations.of(operation, maxLabelValues),
  });
  const breakerOf = (name: string) => values.breakers.of(name, maxLabelValues);
  const { counters, duration } = instruments(meter);
  const stopCounting = countEvents(source.events, {
    labelsOf,
    breakerOf,
    add: (counter, labels) => counters.get(counter)?.add(1, labels),
    observeDuration: (labels, seconds) => duration.record(seconds, labels),
  });
  const stopReading = readGauges(source, meter, { labelsOf, breakerOf });
  return () => {
    stopCounting();
    stopReading();
  };
}

function instruments(meter: Meter) {
  const entries = Object.entries(definitions) as [MetricKey, (typeof definitions)[MetricKey]][];
  const counters = entries
    .filter(([, { type }]) => type === 'counter')
    .map(
      ([key, { help }]) => [key, meter.createCounter(instrumentName(key), { description: help })] as const,
    );
  const duration = meter.createHistogram(instrumentName('callDuration'), {
    description: definitions.callDuration.help,
    unit: 's',
    advice: { explicitBucketBoundaries: BUCKETS },
  });
  return { counters: new Map(counters), duration };
}

type Gauges = Readonly<Record<GaugeKey, ObservableGauge>>;

interface Labelling {
  labelsOf(names: { readonly policy: string; readonly operation: string }): Attributes;
  breakerOf(name: string): string;
}

function readGauges(source: ResilienceSource, meter: Meter, labelling: Labelling): () => void {
  const keys = (Object.keys(definitions) as MetricKey[]).filter((key) => definitions[key].type === 'gauge');
  const gauges = Object.fromEntries(
    keys.map((key) => [
      key,
      meter.createObservableGauge(instrumentName(key), { description: definitions[key].help }),
    ]),
  ) as unknown as Gauges;
  const read = (result: BatchObservableResult) => {
    readBreakers(source, gauges, result, labelling);
    readBulkheads(source, gauges, result, labelling);
    result.observe(gauges.storeUp, source.isStoreUp() ? 1 : 0);
  };
  const observed = Object.values(gauges);
  meter.addBatchObservableCallback(read, observed);
  return () => meter.removeBatchObservableCallback(read, observed);
}

/** Breakers beyond the cap share a label: their circuits add up, and of their ratios the highest is told. */
function readBreakers(
  source: ResilienceSource,
  gauges: Gauges,
  result: BatchObservableResult,
  labelling: Labelling,
): void {
  const circuits = new Map<string, number[]>();
  const ratios = new Map<string, number>();
  for (const { name, states: counts, failureRatio } of source.breakers()) {
    const breaker = labelling.breakerOf(name);
    const sums = circuits.get(breaker) ?? states.map(() => 0);
    circuits.set(
      breaker,
      sums.map((sum, index) => sum + counts[states[index] ?? 'closed']),
    );
    if (failureRatio !== undefined) ratios.set(breaker, Math.max(failureRatio, ratios.get(breaker) ?? 0));
  }
  for (const [breaker, sums] of circuits)
    for (const [index, state] of states.entries())
      result.observe(gauges.breakerState, sums[index] ?? 0, { breaker, state: stateLabels[state] });
  for (const [breaker, ratio] of ratios) result.observe(gauges.breakerFailureRatio, ratio, { breaker });
}

/** Beyond the cap, the bulkhead that was read last is told. */
function readBulkheads(
  source: ResilienceSource,
  gauges: Gauges,
  result: BatchObservableResult,
  labelling: Labelling,
): void {
  for (const bulkhead of source.bulkheads()) {
    const labels = labelling.labelsOf(bulkhead);
    result.observe(gauges.bulkheadInFlight, bulkhead.inFlight, labels);
    result.observe(gauges.bulkheadQueued, bulkhead.queued, labels);
    result.observe(gauges.bulkheadAbandoned, bulkhead.abandoned, labels);
  }
}
