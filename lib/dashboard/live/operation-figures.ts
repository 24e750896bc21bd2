import type { CallOutcome, CallRejectedEvent } from '../../core/events/event-types.js';
import { Latencies } from './latencies.js';

/** What ended in the last second, by outcome; retries and rejections beside it. */
export interface Counts {
  outcomes: Partial<Record<CallOutcome, number>>;
  retries: number;
  rejections: Partial<Record<CallRejectedEvent['reason'], number>>;
}

/** What one operation did since it was last looked at. */
export class OperationFigures {
  readonly latencies = new Latencies();
  counts: Counts = noCounts();

  ended(outcome: CallOutcome, durationMs: number | undefined): void {
    const { outcomes } = this.counts;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    // A refusal takes no time and says nothing of how fast the operation is.
    if (durationMs !== undefined && outcome !== 'rejected') this.latencies.add(durationMs);
  }

  rejected(reason: CallRejectedEvent['reason']): void {
    const { rejections } = this.counts;
    rejections[reason] = (rejections[reason] ?? 0) + 1;
  }

  /** A second is over. */
  nextSecond(): void {
    this.counts = noCounts();
    this.latencies.fade();
  }
}

export function noCounts(): Counts {
  return { outcomes: {}, retries: 0, rejections: {} };
}

/** Adds one's counts to another's. */
export function addCounts(sum: Counts, { outcomes, retries, rejections }: Counts): void {
  addEach(sum.outcomes, outcomes);
  addEach(sum.rejections, rejections);
  sum.retries += retries;
}

function addEach<K extends string>(sum: Partial<Record<K, number>>, more: Partial<Record<K, number>>): void {
  for (const [key, count] of Object.entries(more) as [K, number][]) sum[key] = (sum[key] ?? 0) + count;
}
