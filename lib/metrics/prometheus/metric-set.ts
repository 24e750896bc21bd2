import type { CallMeterFactory } from '../../core/events/call-meter.js';
import type { RareEventSink } from '../count-events.js';
import type { GaugeKey } from '../metric-definitions.js';
import type { ResilienceSource } from '../resilience-source.js';
import { CallCounts, type CountedKey } from './call-counts.js';
import { byName, createMetrics, type AnyMetric, type Metrics, type MetricsPlan } from './create-metrics.js';
import type { Labels, Row, RowSource } from './read-metric.js';
import { SeriesLabels } from './series-labels.js';
import { SeriesMeter } from './series-meter.js';

/** What the gauges do when they are read. */
export type Collectors = { readonly [K in GaugeKey]: (set: MetricSet, rows: Row[]) => void };

/** How a {@link MetricSet} is made. */
export interface MetricSetPlan extends MetricsPlan {
  readonly collectors: Collectors;
}

/**
 * The metrics of one prefix in one registry. All applications of a process that use the same registry share them, as
 * they share the process: counters add up, and each gauge is read from all of them.
 */
export class MetricSet {
  readonly metrics: Metrics;
  readonly labels = new SeriesLabels();
  /** What the metrics that every call adds to are read from. */
  readonly counts: CallCounts;
  /** The applications that are counted, with the number of values that each allows a label. */
  readonly sources = new Map<ResilienceSource, number>();
  private readonly byName: ReadonlyMap<string, AnyMetric>;

  /** @throws TypeError when somebody else has a metric of one of the names, or exemplars could not be written. */
  constructor(readonly plan: MetricSetPlan) {
    const { buckets, exemplar } = plan;
    const observe =
      exemplar &&
      ((labels: Labels, value: number) =>
        this.metrics.callDuration.observe({ labels, value, exemplarLabels: exemplar() }));
    this.counts = new CallCounts(buckets, observe);
    this.metrics = createMetrics(plan, { ...this.gauges(), ...this.counted() });
    this.byName = byName(this.metrics, plan.prefix);
  }

  /** Whether scraping still finds the metrics: somebody may have cleared the registry. */
  get isRegistered(): boolean {
    const { register } = this.plan.client;
    return [...this.byName].every(([name, metric]) => register.getSingleMetric(name) === metric);
  }

  /** What rare events of an application are counted into, which allows a label so many values. */
  sink(max: number): RareEventSink {
    return {
      labelsOf: (event) => this.labels.of(event, max),
      breakerOf: (name) => this.labels.ofBreaker(name, max),
      add: (counter, labels) => this.metrics[counter].inc(labels),
    };
  }

  /** What counts the calls of an application, which allows a label so many values. */
  meters(max: number): CallMeterFactory {
    const refusedBy = (breaker: string) => this.counts.refusedBy(this.labels.ofBreaker(breaker, max));
    return (policy, operation) =>
      new SeriesMeter(() => this.counts.of(this.labels.of({ policy, operation }, max)), refusedBy);
  }

  /** Takes the metrics out of the registry. */
  remove(): void {
    const { register } = this.plan.client;
    for (const [name, metric] of this.byName) {
      if (register.getSingleMetric(name) === metric) register.removeSingleMetric(name);
    }
  }

  private counted(): Partial<Record<CountedKey, RowSource>> {
    const { callDuration, ...others } = this.counts.sources;
    // Only a histogram of prom-client's keeps exemplars.
    return this.plan.exemplar === undefined ? { callDuration, ...others } : others;
  }

  private gauges(): Partial<Record<GaugeKey, RowSource>> {
    const gauges = Object.entries(this.plan.collectors).map(([key, write]): [string, RowSource] => [
      key,
      { write: (rows) => write(this, rows), reset: () => undefined },
    ]);
    return Object.fromEntries(gauges);
  }
}
