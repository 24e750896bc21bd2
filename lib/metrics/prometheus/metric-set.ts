import type { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ExemplarReader } from './exemplar.js';
import type { CallMeterFactory } from '../../core/events/call-meter.js';
import { CallCounts, type CountedKey } from './call-counts.js';
import type { RareEventSink } from '../count-events.js';
import type { ResilienceSource } from '../resilience-source.js';
import { LabelValues, type OperationLabels } from '../labels.js';
import type { Observe } from './call-tally.js';
import { readFrom } from './read-metric.js';
import { SeriesMeter } from './series-meter.js';
import type { PromClient } from './load-peers.js';
import { definitions, type GaugeKey, type MetricKey } from '../metric-definitions.js';

type AnyMetric = Counter | Gauge | Histogram;
type Metric<T> = T extends 'counter' ? Counter : T extends 'gauge' ? Gauge : Histogram;
type Metrics = { readonly [K in MetricKey]: Metric<(typeof definitions)[K]['type']> };

const keys = Object.keys(definitions) as readonly MetricKey[];

/** What the gauges do when they are read. */
export type Collectors = { readonly [K in GaugeKey]: (set: MetricSet) => void };

/** How a {@link MetricSet} is made. */
export interface MetricSetPlan {
  readonly client: PromClient;
  readonly prefix: string;
  readonly buckets: readonly number[];
  /** Tells of the trace that the code belongs to which asks; without it, the histogram keeps no exemplars. */
  readonly exemplar?: ExemplarReader | undefined;
  readonly collectors: Collectors;
}

/**
 * The metrics of one prefix in one registry. All applications of a process that use the same registry share them, as
 * they share the process: counters add up, and each gauge is read from all of them.
 */
export class MetricSet {
  readonly metrics: Metrics;
  /** What the metrics that every call adds to are read from. */
  readonly counts: CallCounts;
  /** The applications that are counted, with the number of values that each allows a label. */
  readonly sources = new Map<ResilienceSource, number>();
  readonly policies = new LabelValues();
  readonly operations = new LabelValues();
  readonly breakers = new LabelValues();
  private readonly registry: Registry;
  private readonly byName: ReadonlyMap<string, AnyMetric>;

  /** @throws TypeError when somebody else has a metric of one of the names, or exemplars could not be written. */
  constructor(readonly plan: MetricSetPlan) {
    this.registry = plan.client.register;
    this.refuseForeignMetrics();
    this.refuseUnwrittenExemplars();
    const { buckets, exemplar } = plan;
    this.counts = new CallCounts(buckets, exemplar && this.withExemplars(exemplar));
    const made = keys.map((key) => [key, this.create(key)] as const);
    this.metrics = Object.fromEntries(made) as unknown as Metrics;
    this.byName = new Map(made.map(([key, metric]) => [this.nameOf(key), metric]));
  }

  /** Whether scraping still finds the metrics: somebody may have cleared the registry. */
  get isRegistered(): boolean {
    return [...this.byName].every(([name, metric]) => this.registry.getSingleMetric(name) === metric);
  }

  /** The labels of an operation, with at most so many values each. */
  labelsOf({ policy, operation }: OperationLabels, max: number): OperationLabels {
    return { policy: this.policies.of(policy, max), operation: this.operations.of(operation, max) };
  }

  /** What rare events of an application are counted into, which allows a label so many values. */
  sink(max: number): RareEventSink {
    return {
      labelsOf: (event) => this.labelsOf(event, max),
      breakerOf: (name) => this.breakers.of(name, max),
      add: (counter, labels) => this.metrics[counter].inc(labels),
    };
  }

  /** What counts the calls of an application, which allows a label so many values. */
  meters(max: number): CallMeterFactory {
    const refusedBy = (breaker: string) => this.counts.refusedBy(this.breakers.of(breaker, max));
    return (policy, operation) =>
      new SeriesMeter(() => this.counts.of(this.labelsOf({ policy, operation }, max)), refusedBy);
  }

  /** Only a histogram of prom-client's keeps exemplars. */
  private withExemplars(exemplar: ExemplarReader): Observe {
    return (labels, value) =>
      this.metrics.callDuration.observe({ labels: { ...labels }, value, exemplarLabels: exemplar() });
  }

  /** Takes the metrics out of the registry. */
  remove(): void {
    for (const [name, metric] of this.byName) {
      if (this.registry.getSingleMetric(name) === metric) this.registry.removeSingleMetric(name);
    }
  }

  private create(key: MetricKey): AnyMetric {
    const metric = this.createEmpty(key);
    const readsHere = Object.hasOwn(this.counts.sources, key) && !this.keepsExemplars(key);
    return readsHere ? readFrom(metric, this.counts.sources[key as CountedKey]) : metric;
  }

  private keepsExemplars(key: MetricKey): boolean {
    return key === 'callDuration' && this.plan.exemplar !== undefined;
  }

  private createEmpty(key: MetricKey): AnyMetric {
    const { client, buckets, collectors, exemplar } = this.plan;
    const { type, help, labels } = definitions[key];
    const common = { name: this.nameOf(key), help, labelNames: labels, registers: [this.registry] };
    if (type === 'counter') return new client.Counter(common);
    if (type === 'histogram')
      return new client.Histogram({
        ...common,
        buckets: [...buckets],
        enableExemplars: exemplar !== undefined,
      });
    return new client.Gauge({ ...common, collect: () => collectors[key as GaugeKey](this) });
  }

  private nameOf(key: MetricKey): string {
    return this.plan.prefix + definitions[key].name;
  }

  private refuseForeignMetrics(): void {
    const names = keys.map((key) => this.nameOf(key));
    const taken = names.filter((name) => this.registry.getSingleMetric(name) !== undefined);
    if (taken.length === 0) return;
    throw new TypeError(
      `ResilienceMetricsModule: metrics of these names exist already: ${taken.join(', ')}; give it another \`prefix\``,
    );
  }

  private refuseUnwrittenExemplars(): void {
    const { client, exemplar } = this.plan;
    // Its type knows only the older format, its default.
    const contentType: string = this.registry.contentType;
    if (exemplar === undefined || contentType === client.Registry.OPENMETRICS_CONTENT_TYPE) return;
    throw new TypeError(
      'ResilienceMetricsModule: exemplars need a registry that writes OpenMetrics; before the application is made, call ' +
        'register.setContentType(Registry.OPENMETRICS_CONTENT_TYPE) of prom-client, or leave `exemplars` out',
    );
  }
}
