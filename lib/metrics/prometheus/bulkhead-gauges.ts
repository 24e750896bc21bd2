import type { BulkheadReading } from '../resilience-source.js';
import type { MetricSet } from './metric-set.js';
import { oncePerScrape } from './once-per-scrape.js';
import { rowOf, type Labels, type Row } from './read-metric.js';

const readings = oncePerScrape((set) =>
  Array.from(set.sources, ([source, max]) => ({ bulkheads: source.bulkheads(), max })),
);

/** Those of operations that share their labels add up. */
function reading(figure: (bulkhead: BulkheadReading) => number) {
  return (set: MetricSet, rows: Row[]): void => {
    const sums = new Map<Labels, number>();
    for (const { bulkheads, max } of readings(set)) {
      for (const bulkhead of bulkheads) {
        const labels = set.labels.of(bulkhead, max);
        sums.set(labels, (sums.get(labels) ?? 0) + figure(bulkhead));
      }
    }
    for (const [labels, sum] of sums) rows.push(rowOf(labels, sum));
  };
}

/** What reads each gauge of the bulkheads in use; of those that are gone no series stays. */
export const bulkheadCollectors = {
  bulkheadInFlight: reading(({ inFlight }) => inFlight),
  bulkheadQueued: reading(({ queued }) => queued),
  bulkheadAbandoned: reading(({ abandoned }) => abandoned),
};
