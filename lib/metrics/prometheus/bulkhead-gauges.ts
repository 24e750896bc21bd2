import type { BulkheadReading } from '../resilience-source.js';
import type { MetricSet } from './metric-set.js';

type BulkheadGauge = 'bulkheadInFlight' | 'bulkheadQueued' | 'bulkheadAbandoned';

function reading(gauge: BulkheadGauge, figure: (bulkhead: BulkheadReading) => number) {
  return (set: MetricSet): void => {
    const metric = set.metrics[gauge];
    metric.reset();
    for (const [source, max] of set.sources) {
      for (const bulkhead of source.bulkheads()) metric.inc(set.labelsOf(bulkhead, max), figure(bulkhead));
    }
  };
}

/** What reads each gauge of the bulkheads in use; of those that are gone no series stays. */
export const bulkheadCollectors = {
  bulkheadInFlight: reading('bulkheadInFlight', ({ inFlight }) => inFlight),
  bulkheadQueued: reading('bulkheadQueued', ({ queued }) => queued),
  bulkheadAbandoned: reading('bulkheadAbandoned', ({ abandoned }) => abandoned),
};
