import type {
  AttemptFailedEvent,
  CallOutcome,
  CircuitEvent,
  HedgedEvent,
  ResilienceEventBase,
} from '../core/events/event-types.js';
import type { ResilienceEvents } from '../core/events/emitter.js';
import { numberLabel, stateLabels, type OperationLabels } from './labels.js';
import type { CounterKey } from './metric-definitions.js';

type Labels = Readonly<Record<string, string>>;

/** Where counts go. */
export interface EventSink {
  /** The labels of an operation. */
  labelsOf(event: OperationLabels): OperationLabels;
  /** The label of a breaker. */
  breakerOf(name: string): string;
  /** Counts one. */
  add(counter: CounterKey, labels: Labels): void;
  /** Counts the duration of a call that ends now. */
  observeDuration(labels: Labels, seconds: number): void;
}

/** An event that ends a call. */
interface EndOfCall extends ResilienceEventBase {
  readonly duration?: number;
}

/** Counts what is told; the function returned ends it. */
export function countEvents(events: ResilienceEvents, sink: EventSink): () => void {
  const counter = new EventCounter(sink);
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
  constructor(private readonly sink: EventSink) {}

  call(event: EndOfCall, outcome: CallOutcome): void {
    const labels = { ...this.labels(event), outcome };
    this.sink.add('calls', labels);
    if (event.duration !== undefined) this.sink.observeDuration(labels, event.duration / 1000);
  }

  attempt(event: ResilienceEventBase, attempt: number, outcome: Exclude<CallOutcome, 'fallback'>): void {
    this.sink.add('attempts', { ...this.labels(event), attempt: numberLabel(attempt), outcome });
  }

  fallback(event: ResilienceEventBase, index: number, outcome: 'success' | 'failure'): void {
    this.sink.add('fallbacks', { ...this.labels(event), index: numberLabel(index), outcome });
  }

  budgetExhausted(event: ResilienceEventBase): void {
    this.sink.add('budgetExhausted', this.labels(event));
  }

  rateLimited(event: ResilienceEventBase): void {
    this.sink.add('rateLimiterRejected', this.labels(event));
  }

  hedge(event: HedgedEvent): void {
    this.sink.add('hedges', { ...this.labels(event), outcome: event.outcome });
  }

  rejected(breaker: string): void {
    this.sink.add('breakerRejected', { breaker: this.sink.breakerOf(breaker) });
  }

  /** What an observing circuit only would have done is no change of state. */
  transition({ breaker, from, to, reason }: CircuitEvent): void {
    if (reason === 'observing') return;
    this.sink.add('breakerTransitions', {
      breaker: this.sink.breakerOf(breaker),
      from: stateLabels[from],
      to: stateLabels[to],
    });
  }

  private labels(event: ResilienceEventBase): OperationLabels {
    return this.sink.labelsOf(event);
  }
}

/** Limits and aborts are told apart; of an attempt that was made elsewhere, too. */
function outcomeOf({ category }: AttemptFailedEvent): 'failure' | 'timeout' | 'aborted' {
  return category === 'aborted' || category === 'timeout' ? category : 'failure';
}
