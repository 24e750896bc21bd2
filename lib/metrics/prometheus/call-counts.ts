import type { OperationLabels } from '../labels.js';
import { bucketsOf, type Buckets, type Observe } from './call-tally.js';
import { OperationSeries } from './operation-series.js';
import type { Labels, Row, RowSource } from './read-metric.js';

/** The metrics that are counted here and only read by prom-client. */
export type CountedKey =
  'calls' | 'callDuration' | 'attempts' | 'fallbacks' | 'rateLimiterRejected' | 'breakerRejected';

/**
 * Counts what every call adds to. prom-client finds a series by the text of its labels, which costs more than a whole
 * call; here each operation has its own at hand, and only a scrape turns them into lines.
 */
export class CallCounts {
  private readonly operations = new Map<string, OperationSeries>();
  private readonly breakers = new Map<string, { readonly series: Labels; value: number }>();
  private readonly buckets: Buckets;

  /** @param observe hears of each duration in place of the buckets here */
  constructor(
    bounds: readonly number[],
    private readonly observe: Observe | undefined,
  ) {
    this.buckets = bucketsOf(bounds);
  }

  /** The series with these labels. */
  of(labels: OperationLabels): OperationSeries {
    // No label has control characters.
    const name = `${labels.policy}\n${labels.operation}`;
    let series = this.operations.get(name);
    if (series === undefined)
      this.operations.set(name, (series = new OperationSeries(labels, this.buckets, this.observe)));
    return series;
  }

  refusedBy(breaker: string): void {
    let count = this.breakers.get(breaker);
    if (count === undefined) this.breakers.set(breaker, (count = { series: { breaker }, value: 0 }));
    count.value++;
  }

  forgetBreaker(breaker: string): void {
    this.breakers.delete(breaker);
  }

  /** What each metric reads. */
  readonly sources: Readonly<Record<CountedKey, RowSource>> = {
    calls: this.over(
      ({ calls }) => Object.values(calls).flatMap((tally) => tally.callRows()),
      ({ calls }) => Object.values(calls).forEach((tally) => tally.resetCalls()),
    ),
    callDuration: this.over(
      ({ calls }) => Object.values(calls).flatMap((tally) => tally.durationRows()),
      ({ calls }) => Object.values(calls).forEach((tally) => tally.resetDurations()),
    ),
    attempts: this.over(
      ({ attempts }) => Object.values(attempts).flatMap((counts) => counts.rows()),
      ({ attempts }) => Object.values(attempts).forEach((counts) => counts.reset()),
    ),
    fallbacks: this.over(
      ({ fallbacks }) => Object.values(fallbacks).flatMap((counts) => counts.rows()),
      ({ fallbacks }) => Object.values(fallbacks).forEach((counts) => counts.reset()),
    ),
    rateLimiterRejected: this.over(
      ({ labels, rateLimited }) => (rateLimited === 0 ? [] : [{ series: labels, value: rateLimited }]),
      (series) => {
        series.rateLimited = 0;
      },
    ),
    breakerRejected: {
      rows: () => [...this.breakers.values()],
      reset: () => this.breakers.clear(),
    },
  };

  private over(
    rows: (series: OperationSeries) => Row[],
    reset: (series: OperationSeries) => void,
  ): RowSource {
    return {
      rows: () => [...this.operations.values()].flatMap(rows),
      reset: () => this.operations.forEach(reset),
    };
  }
}
