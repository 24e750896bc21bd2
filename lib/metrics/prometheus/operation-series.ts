import type { AttemptOutcome } from '../../core/events/call-meter.js';
import type { CallOutcome } from '../../core/events/event-types.js';
import type { OperationLabels } from '../labels.js';
import { CallTally, type Buckets, type Observe } from './call-tally.js';
import { NumberedCounts } from './numbered-counts.js';

/** All that is counted of the calls of one operation; operations beyond the cap share one. */
export class OperationSeries {
  readonly calls: Readonly<Record<CallOutcome, CallTally>>;
  readonly attempts: Readonly<Record<AttemptOutcome, NumberedCounts>>;
  readonly fallbacks: Readonly<Record<'success' | 'failure', NumberedCounts>>;
  rateLimited = 0;

  constructor(
    readonly labels: OperationLabels,
    buckets: Buckets,
    observe: Observe | undefined,
  ) {
    const calls = (outcome: CallOutcome) => new CallTally({ ...labels, outcome }, buckets, observe);
    const attempts = (outcome: AttemptOutcome) =>
      new NumberedCounts((attempt) => ({ ...labels, attempt, outcome }));
    const fallbacks = (outcome: 'success' | 'failure') =>
      new NumberedCounts((index) => ({ ...labels, index, outcome }));
    this.attempts = byOutcome(attempts);
    this.calls = { ...byOutcome(calls), fallback: calls('fallback') };
    this.fallbacks = { success: fallbacks('success'), failure: fallbacks('failure') };
  }
}

function byOutcome<T>(make: (outcome: AttemptOutcome) => T): Record<AttemptOutcome, T> {
  return {
    success: make('success'),
    failure: make('failure'),
    timeout: make('timeout'),
    rejected: make('rejected'),
    aborted: make('aborted'),
  };
}
