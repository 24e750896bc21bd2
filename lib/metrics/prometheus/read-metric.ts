/** The labels of a series; the same object at each scrape, for prom-client keeps the text of those that it has seen. */
export type Labels = Readonly<Record<string, string>>;

/** One line of a metric. */
export interface Row {
  readonly series: Labels;
  readonly value: number;
  /** What stands beside the labels of the series. */
  readonly extra?: Readonly<Record<string, string | number>>;
  /** What the name of the line ends with. */
  readonly suffix?: string;
}

interface Readable {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly aggregator: string;
}

/** What a metric reads instead of counting by itself. */
export interface RowSource {
  rows(): Row[];
  /** The metric is reset, as by `register.resetMetrics()`. */
  reset(): void;
}

const NO_LABELS: Labels = {};

/** Lets a metric of prom-client read its values from somebody who counts more cheaply, at every scrape. */
export function readFrom<T extends object>(metric: T, { rows, reset }: RowSource): T {
  const told = metric as unknown as Readable;
  const answer = <V>(valueOf: (row: Row) => V) => {
    const { name, help, type, aggregator } = told;
    return Promise.resolve({ name, help, type, aggregator, values: rows().map(valueOf) });
  };
  const nameOf = ({ suffix }: Row) => (suffix === undefined ? {} : { metricName: told.name + suffix });
  return Object.assign(metric, {
    reset,
    get: () =>
      answer((row) => ({ ...nameOf(row), labels: { ...row.extra, ...row.series }, value: row.value })),
    getForPromString: () =>
      answer((row) => ({
        ...nameOf(row),
        labels: row.extra ?? NO_LABELS,
        sharedLabels: row.series,
        value: row.value,
      })),
  });
}
