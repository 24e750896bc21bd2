import { NO_LABELS, rowOf, type Labels, type Row } from './read-metric.js';

/** The bounds of the buckets in seconds, with what tells each of them in a line. */
export interface Buckets {
  readonly bounds: readonly number[];
  readonly labels: readonly Readonly<Record<string, string | number>>[];
}

export function bucketsOf(bounds: readonly number[]): Buckets {
  return { bounds, labels: [...bounds, '+Inf'].map((le) => ({ le })) };
}

/** Hears of each duration, where the buckets here do not suffice. */
export type Observe = (labels: Labels, seconds: number) => void;

/** The calls of one operation with one outcome, and how long they took: a few additions for each. */
export class CallTally {
  private calls = 0;
  private seconds = 0;
  /** Each bucket by itself; those with a lower bound are added when they are read. */
  private readonly counts: number[];

  constructor(
    private readonly labels: Labels,
    private readonly buckets: Buckets,
    private readonly observe: Observe | undefined,
  ) {
    this.counts = buckets.labels.map(() => 0);
  }

  /** @param durationMs NaN where it is not known, which is no duration then */
  add(durationMs: number): void {
    this.calls++;
    if (Number.isNaN(durationMs)) return;
    const seconds = durationMs / 1000;
    if (this.observe !== undefined) return this.observe(this.labels, seconds);
    const { bounds } = this.buckets;
    let index = 0;
    while (index < bounds.length && seconds > (bounds[index] ?? 0)) index++;
    this.counts[index] = (this.counts[index] ?? 0) + 1;
    this.seconds += seconds;
  }

  writeCalls(rows: Row[]): void {
    if (this.calls > 0) rows.push(rowOf(this.labels, this.calls));
  }

  /** @param name - of the histogram */
  writeDurations(rows: Row[], name: string): void {
    const { labels: sharedLabels, buckets, counts, seconds } = this;
    const all = counts.reduce((sum, count) => sum + count, 0);
    if (all === 0) return;
    const metricName = `${name}_bucket`;
    let value = 0;
    for (let index = 0; index < counts.length; index++) {
      value += counts[index] ?? 0;
      rows.push({ sharedLabels, labels: buckets.labels[index] ?? NO_LABELS, value, metricName });
    }
    rows.push({ sharedLabels, labels: NO_LABELS, value: seconds, metricName: `${name}_sum` });
    rows.push({ sharedLabels, labels: NO_LABELS, value: all, metricName: `${name}_count` });
  }

  resetCalls(): void {
    this.calls = 0;
  }

  resetDurations(): void {
    this.counts.fill(0);
    this.seconds = 0;
  }
}
