import type {
  AttemptFailedEvent,
  CallOutcome,
  CircuitEvent,
  ResilienceEventBase,
} from '../../core/events/event-types.js';
import type { ResilienceSource } from '../resilience-source.js';
import { stateLabels } from './breaker-gauges.js';
import { numberLabel } from './labels.js';
import type { MetricSet } from './metric-set.js';

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
    }),
    events.on('fallbackUsed', (event) => {
      counter.call(event, 'fallback');
      counter.fallback(event, event.index, 'success');
    }),
    events.on('fallbackFailed', (event) => counter.fallback(event, event.index, 'failure')),
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
    const { calls, callDuration } = this.set.metrics;
    const labels = { ...this.labels(event), outcome };
    calls.inc(labels);
    if (event.duration !== undefined) callDuration.observe(labels, event.duration / 1000);
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

  private labels({ policy, operation }: ResilienceEventBase): { policy: string; operation: string } {
    return {
      policy: this.set.policies.of(policy, this.max),
      operation: this.set.operations.of(operation, this.max),
    };
  }
}

/** An attempt that was made elsewhere failed, and no more is known; of our own, limits and aborts are told apart. */
function outcomeOf({ recorded, category, error }: AttemptFailedEvent): 'failure' | 'timeout' | 'aborted' {
  if (recorded === true) return 'failure';
  if (category === 'aborted') return 'aborted';
  return codeOf(error) === 'TIMEOUT_EXCEEDED' ? 'timeout' : 'failure';
}

function codeOf(error: unknown): unknown {
  try {
    return (error as { code?: unknown } | null | undefined)?.code;
  } catch {
    return undefined; // an error that throws on access has no code that could be read
  }
}
