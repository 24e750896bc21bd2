import type { Labels, Row } from './read-metric.js';

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

  callRows(): Row[] {
    return this.calls === 0 ? [] : [{ series: this.labels, value: this.calls }];
  }

  durationRows(): Row[] {
    const { labels: series, buckets, counts, seconds } = this;
    let count = 0;
    const rows = buckets.labels.map((extra, index): Row => {
      count += counts[index] ?? 0;
      return { series, extra, value: count, suffix: '_bucket' };
    });
    if (count === 0) return [];
    return [...rows, { series, value: seconds, suffix: '_sum' }, { series, value: count, suffix: '_count' }];
  }

  resetCalls(): void {
    this.calls = 0;
  }

  resetDurations(): void {
    this.counts.fill(0);
    this.seconds = 0;
  }
}
