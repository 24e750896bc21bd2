import type {
  CallOutcome,
  CircuitEvent,
  HedgedEvent,
  ResilienceEventBase,
} from '../core/events/event-types.js';
import { outcomeOfAttempt } from '../core/events/attempt-outcome.js';
import type { ResilienceEvents } from '../core/events/emitter.js';
import { numberLabel, stateLabels, type OperationLabels } from './labels.js';
import type { CounterKey } from './metric-definitions.js';

type Labels = Readonly<Record<string, string>>;

/** Where counts of rare events go. */
export interface RareEventSink {
  /** The labels of an operation. */
  labelsOf(event: OperationLabels): OperationLabels;
  /** The label of a breaker. */
  breakerOf(name: string): string;
  /** Counts one. */
  add(counter: CounterKey, labels: Labels): void;
}

/** Where all counts go. */
export interface EventSink extends RareEventSink {
  /** Counts the duration of a call that ends now. */
  observeDuration(labels: Labels, seconds: number): void;
}

/** An event that ends a call. */
interface EndOfCall extends ResilienceEventBase {
  readonly duration?: number;
}

/** Counts what is told, each call included; the function returned ends it. */
export function countEvents(events: ResilienceEvents, sink: EventSink): () => void {
  const counter = new EventCounter(sink);
  const offs = [
    countRareEvents(events, sink),
    events.on('success', (event) => {
      // A result that `retryResult` refused is told as a failed attempt, although the call ends with it.
      if (event.reason !== 'result') counter.attempt(event, event.attempt, 'success');
      if (event.recorded !== true) counter.call(event, 'success');
    }),
    events.on('failure', (event) => counter.call(event, event.outcome)),
    events.on('attemptFailed', (event) =>
      counter.attempt(event, event.attempt, outcomeOfAttempt(event.category)),
    ),
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
  ];
  return () => {
    for (const off of offs) off();
  };
}

/** Counts what no ordinary call tells: calls stay on the fast lane. */
export function countRareEvents(events: ResilienceEvents, sink: RareEventSink): () => void {
  const counter = new RareEventCounter(sink);
  const offs = [
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

  rateLimited(event: ResilienceEventBase): void {
    this.sink.add('rateLimiterRejected', this.labels(event));
  }

  rejected(breaker: string): void {
    this.sink.add('breakerRejected', { breaker: this.sink.breakerOf(breaker) });
  }

  private labels(event: ResilienceEventBase): OperationLabels {
    return this.sink.labelsOf(event);
  }
}

class RareEventCounter {
  constructor(private readonly sink: RareEventSink) {}

  hedge(event: HedgedEvent): void {
    this.sink.add('hedges', { ...this.sink.labelsOf(event), outcome: event.outcome });
  }

  budgetExhausted(event: ResilienceEventBase): void {
    this.sink.add('budgetExhausted', this.sink.labelsOf(event));
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
}
