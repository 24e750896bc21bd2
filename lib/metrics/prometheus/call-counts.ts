import type { OperationLabels } from '../labels.js';
import { bucketsOf, type Buckets, type CallTally, type Observe } from './call-tally.js';
import { OperationSeries } from './operation-series.js';
import type { NumberedCounts } from './numbered-counts.js';
import { rowOf, type Labels, type Row, type RowSource } from './read-metric.js';

/** The metrics that are counted here and only read by prom-client. */
export type CountedKey =
  'calls' | 'callDuration' | 'attempts' | 'fallbacks' | 'rateLimiterRejected' | 'breakerRejected';

/**
 * Counts what every call adds to. prom-client finds a series by the text of its labels, which costs more than a whole
 * call; here each operation has its own at hand, and only a scrape turns them into lines.
 */
export class CallCounts {
  private readonly operations = new Map<OperationLabels, OperationSeries>();
  private readonly breakers = new Map<string, { readonly labels: Labels; count: number }>();
  private readonly buckets: Buckets;

  /** @param observe hears of each duration in place of the buckets here */
  constructor(
    bounds: readonly number[],
    private readonly observe: Observe | undefined,
  ) {
    this.buckets = bucketsOf(bounds);
  }

  /** The series with these labels, which are always the same object. */
  of(labels: OperationLabels): OperationSeries {
    let series = this.operations.get(labels);
    if (series === undefined)
      this.operations.set(labels, (series = new OperationSeries(labels, this.buckets, this.observe)));
    return series;
  }

  refusedBy(breaker: string): void {
    let count = this.breakers.get(breaker);
    if (count === undefined) this.breakers.set(breaker, (count = { labels: { breaker }, count: 0 }));
    count.count++;
  }

  forgetBreaker(breaker: string): void {
    this.breakers.delete(breaker);
  }

  /** What each metric reads. */
  readonly sources: Readonly<Record<CountedKey, RowSource>> = {
    calls: this.over(tallies, {
      write: (tally, rows) => tally.writeCalls(rows),
      reset: (tally) => tally.resetCalls(),
    }),
    callDuration: this.over(tallies, {
      write: (tally, rows, name) => tally.writeDurations(rows, name),
      reset: (tally) => tally.resetDurations(),
    }),
    attempts: this.over(({ attempts }) => Object.values(attempts), numbered),
    fallbacks: this.over(({ fallbacks }) => Object.values(fallbacks), numbered),
    rateLimiterRejected: this.over((series) => [series], {
      write: ({ labels, rateLimited }, rows) => {
        if (rateLimited > 0) rows.push(rowOf(labels, rateLimited));
      },
      reset: (series) => {
        series.rateLimited = 0;
      },
    }),
    breakerRejected: {
      write: (rows) => this.breakers.forEach(({ labels, count }) => rows.push(rowOf(labels, count))),
      reset: () => this.breakers.clear(),
    },
  };

  /** Reads something of every operation. */
  private over<T>(partsOf: (series: OperationSeries) => readonly T[], part: Part<T>): RowSource {
    const each = (act: (one: T) => void) => {
      for (const series of this.operations.values()) for (const one of partsOf(series)) act(one);
    };
    return {
      write: (rows, name) => each((one) => part.write(one, rows, name)),
      reset: () => each(part.reset),
    };
  }
}

/** What writes and resets one part of the series of an operation. */
interface Part<T> {
  write(part: T, rows: Row[], name: string): void;
  reset(this: void, part: T): void;
}

const numbered: Part<NumberedCounts> = {
  write: (counts, rows) => counts.write(rows),
  reset: (counts) => counts.reset(),
};

function tallies({ calls }: OperationSeries): readonly CallTally[] {
  return Object.values(calls);
}
