import type {
  AttemptFailedEvent,
  CallOutcome,
  CircuitEvent,
  HedgedEvent,
  ResilienceEventBase,
} from '../../core/events/event-types.js';
import type { ResilienceSource } from '../resilience-source.js';
import { stateLabels } from './breaker-gauges.js';
import { numberLabel } from './labels.js';
import type { MetricSet, OperationLabels } from './metric-set.js';

/** An event that ends a call. */
interface EndOfCall extends ResilienceEventBase {
  readonly duration?: number;
}

/** Counts what a source tells; the function returned ends it. */
export function countEvents(source: ResilienceSource, set: MetricSet, maxLabelValues: number): () => void {
  const counter = new EventCounter(set, maxLabelValues);
  const { events } = source;
  const offs = [
    events.on('success', (event) => {
      // A result that `retryResult` refused is told as a failed attempt, although the call ends with it.
      if (event.reason !== 'result') counter.attempt(event, event.attempt, 'success');
      if (event.recorded !== true) counter.call(event, 'success');
    }),
    events.on('failure', (event) => counter.call(event, event.outcome)),
    events.on('attemptFailed', (event) => counter.attempt(event, event.attempt, outcomeOf(event))),
    events.on('callRejected', (event) => {
      if (event.observed === true) return;
      counter.attempt(event, event.attempt, 'rejected');
      if (event.breaker !== undefined) counter.rejected(event.breaker);
      if (event.reason === 'rateLimiter') counter.rateLimited(event);
    }),
    events.on('fallbackUsed', (event) => {
      counter.call(event, 'fallback');
      counter.fallback(event, event.index, 'success');
    }),
    events.on('fallbackFailed', (event) => counter.fallback(event, event.index, 'failure')),
    events.on('hedged', (event) => counter.hedge(event)),
    events.on('budgetExhausted', (event) => counter.budgetExhausted(event)),
    events.on('circuitOpened', (event) => counter.transition(event)),
    events.on('circuitHalfOpened', (event) => counter.transition(event)),
    events.on('circuitClosed', (event) => counter.transition(event)),
  ];
  return () => {
    for (const off of offs) off();
  };
}

class EventCounter {
  constructor(
    private readonly set: MetricSet,
    private readonly max: number,
  ) {}

  call(event: EndOfCall, outcome: CallOutcome): void {
    const labels = { ...this.labels(event), outcome };
    this.set.metrics.calls.inc(labels);
    if (event.duration !== undefined) this.set.observeDuration(labels, event.duration / 1000);
  }

  attempt(event: ResilienceEventBase, attempt: number, outcome: Exclude<CallOutcome, 'fallback'>): void {
    this.set.metrics.attempts.inc({ ...this.labels(event), attempt: numberLabel(attempt), outcome });
  }

  fallback(event: ResilienceEventBase, index: number, outcome: 'success' | 'failure'): void {
    this.set.metrics.fallbacks.inc({ ...this.labels(event), index: numberLabel(index), outcome });
  }

  budgetExhausted(event: ResilienceEventBase): void {
    this.set.metrics.budgetExhausted.inc(this.labels(event));
  }

  rateLimited(event: ResilienceEventBase): void {
    this.set.metrics.rateLimiterRejected.inc(this.labels(event));
  }

  hedge(event: HedgedEvent): void {
    this.set.metrics.hedges.inc({ ...this.labels(event), outcome: event.outcome });
  }

  rejected(breaker: string): void {
    this.set.metrics.breakerRejected.inc({ breaker: this.set.breakers.of(breaker, this.max) });
  }

  /** What an observing circuit only would have done is no change of state. */
  transition({ breaker, from, to, reason }: CircuitEvent): void {
    if (reason === 'observing') return;
    this.set.metrics.breakerTransitions.inc({
      breaker: this.set.breakers.of(breaker, this.max),
      from: stateLabels[from],
      to: stateLabels[to],
    });
  }

  private labels(event: ResilienceEventBase): OperationLabels {
    return this.set.labelsOf(event, this.max);
  }
}

/** Limits and aborts are told apart; of an attempt that was made elsewhere, too. */
function outcomeOf({ category }: AttemptFailedEvent): 'failure' | 'timeout' | 'aborted' {
  return category === 'aborted' || category === 'timeout' ? category : 'failure';
}
