/** The labels of a series; the same object at each scrape, for prom-client keeps the text of those that it has seen. */
export type Labels = Readonly<Record<string, string>>;

/** One line of a metric, as prom-client takes it. */
export interface Row {
  /** Those of the series. */
  readonly sharedLabels: Labels;
  /** Those that stand before them. */
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  /** Where it is not the metric's own. */
  readonly metricName: string | undefined;
}

/** What a metric reads instead of counting by itself. */
export interface RowSource {
  /** @param name - the metric's */
  write(rows: Row[], name: string): void;
  /** The metric is reset, as by `register.resetMetrics()`. */
  reset(): void;
}

interface Readable {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly aggregator: string;
}

export const NO_LABELS: Labels = {};

/** The line of a series. */
export function rowOf(sharedLabels: Labels, value: number): Row {
  return { sharedLabels, labels: NO_LABELS, value, metricName: undefined };
}

/** Lets a metric of prom-client read its values from somebody who counts more cheaply, at every scrape. */
export function readFrom<T extends object>(metric: T, source: RowSource): T {
  const read = () => {
    // Its name changes with the format that the registry writes.
    const { name, help, type, aggregator } = metric as unknown as Readable;
    const values: Row[] = [];
    source.write(values, name);
    return { name, help, type, aggregator, values };
  };
  return Object.assign(metric, {
    reset: () => source.reset(),
    get: async () => {
      const { values, ...metric } = read();
      return { ...metric, values: values.map(withAllLabels) };
    },
    getForPromString: async () => read(),
  });
}

function withAllLabels({ labels, sharedLabels, value, metricName }: Row) {
  return { labels: { ...labels, ...sharedLabels }, value, metricName };
}
