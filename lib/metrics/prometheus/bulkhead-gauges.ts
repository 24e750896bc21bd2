import type { BulkheadReading } from '../resilience-source.js';
import type { MetricSet } from './metric-set.js';
import { oncePerScrape } from './once-per-scrape.js';

type BulkheadGauge = 'bulkheadInFlight' | 'bulkheadQueued' | 'bulkheadAbandoned';

const readings = oncePerScrape((set) =>
  Array.from(set.sources, ([source, max]) => ({ bulkheads: source.bulkheads(), max })),
);

function reading(gauge: BulkheadGauge, figure: (bulkhead: BulkheadReading) => number) {
  return (set: MetricSet): void => {
    const metric = set.metrics[gauge];
    metric.reset();
    for (const { bulkheads, max } of readings(set)) {
      for (const bulkhead of bulkheads) metric.inc(set.labelsOf(bulkhead, max), figure(bulkhead));
    }
  };
}

/** What reads each gauge of the bulkheads in use; of those that are gone no series stays. */
export const bulkheadCollectors = {
  bulkheadInFlight: reading('bulkheadInFlight', ({ inFlight }) => inFlight),
  bulkheadQueued: reading('bulkheadQueued', ({ queued }) => queued),
  bulkheadAbandoned: reading('bulkheadAbandoned', ({ abandoned }) => abandoned),
};
