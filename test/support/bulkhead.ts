import type { Bulkhead } from '../../lib/core/bulkhead/bulkhead.js';
import { type BulkheadOptions, resolveBulkhead } from '../../lib/core/bulkhead/bulkhead-options.js';
import type { BulkheadWait } from '../../lib/core/bulkhead/bulkhead-wait.js';
import { SharedBulkhead } from '../../lib/core/bulkhead/shared-bulkhead.js';
import { ManualClock } from './manual-clock.js';

/** A bulkhead and hands for it. */
export function testBulkhead(options: BulkheadOptions = {}) {
  const clock = new ManualClock();
  const shared = new SharedBulkhead('reports', resolveBulkhead(options), clock);
  const bulkhead = shared.of(undefined);
  return {
    clock,
    shared,
    bulkhead,
    enter: (times = 1): void => {
      for (let i = 0; i < times; i++) expect(bulkhead.tryEnter()).toBe(true);
    },
    change: (changed: BulkheadOptions): void => shared.reconfigure(resolveBulkhead(changed)),
  };
}

/** Joins a queue that has room. */
export function queued(bulkhead: Bulkhead): BulkheadWait {
  const wait = bulkhead.queue();
  if (wait === null) throw new Error('the queue is full');
  return wait;
}
