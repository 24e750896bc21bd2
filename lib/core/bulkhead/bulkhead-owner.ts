import type { Clock } from '../time/clock.js';
import type { BulkheadSettings } from './bulkhead-options.js';

/** What a bulkhead needs of the identity it belongs to. */
export interface BulkheadOwner {
  readonly settings: BulkheadSettings;
  readonly clock: Clock;
  /** The bulkhead of this key has become idle or busy. */
  turned(key: string | undefined): void;
}
