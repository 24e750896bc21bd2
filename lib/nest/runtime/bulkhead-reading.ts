import type { SharedBulkhead } from '../../core/bulkhead/shared-bulkhead.js';
import type { BulkheadReading } from '../../metrics/resilience-source.js';
import type { ResilienceRuntime } from './resilience.runtime.js';

/** Every bulkhead in use, once for each operation that uses it. */
export function readBulkheads({ engine }: ResilienceRuntime): BulkheadReading[] {
  return [...engine.bulkheads.all()].flatMap((shared) => {
    if (shared.users.size === 0) return [];
    const figures = figuresOf(shared);
    return [...shared.users].flatMap(([policy, operations]) =>
      Array.from(operations, (operation) => ({ policy, operation, ...figures })),
    );
  });
}

function figuresOf(shared: SharedBulkhead): Omit<BulkheadReading, 'policy' | 'operation'> {
  const sums = { inFlight: 0, queued: 0, abandoned: 0 };
  for (const { inFlight, queued, abandoned } of shared.all()) {
    sums.inFlight += inFlight;
    sums.queued += queued;
    sums.abandoned += abandoned;
  }
  return sums;
}
