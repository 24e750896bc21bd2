import type { ResilienceEvent } from '../../core/events/event-types.js';
import type { SurroundedCall } from '../../core/events/surround.js';
import type { ResilienceSource } from '../resilience-source.js';
import { CallTrace, type EndingEvent, type Tracing } from './call-trace.js';

/** Calls that never end, or of which nobody tells, must not pile up. */
const MOST_CALLS = 50_000;

/** Makes a span of every call; the function returned ends it. */
export function traceCalls(source: ResilienceSource, tracing: Tracing): () => void {
  const traces = new CallTraces(tracing);
  const offs = [
    source.events.onAny((event) => traces.hear(event)),
    source.surround((call, invoke) => traces.run(call, invoke)),
  ];
  return () => {
    for (const off of offs) off();
    traces.abandonAll();
  };
}

class CallTraces {
  private readonly live = new Map<string, CallTrace>();
  /** The instant of the event before: what an invocation is told by, for it has no clock. */
  private lastAt = 0;

  constructor(private readonly tracing: Tracing) {}

  hear(event: ResilienceEvent): void {
    this.lastAt = event.at;
    // Attempts made elsewhere, and circuits that a person has opened, belong to no call.
    if (event.callId === '') return;
    // Some are told after the end, such as that of a stream: no span is open for them any more.
    const trace =
      this.live.get(event.callId) ?? (mayBegin(event) ? this.begin(event.callId, event) : undefined);
    if (trace === undefined) return;
    if (isEnd(event)) {
      this.live.delete(event.callId);
      if (event.type === 'fallbackUsed') trace.add(event);
      trace.end(event);
    } else if (event.type !== 'attemptStarted' || event.attempt > 1) trace.add(event);
  }

  run(call: SurroundedCall, invoke: () => unknown): unknown {
    const trace = this.live.get(call.callId) ?? this.begin(call.callId, call);
    return this.tracing.api.context.with(trace.contextAt(this.lastAt, call.elapsed().duration ?? 0), invoke);
  }

  abandonAll(): void {
    for (const trace of this.live.values()) trace.abandon();
    this.live.clear();
  }

  private begin(callId: string, names: { readonly policy: string; readonly operation: string }): CallTrace {
    const made = new CallTrace(this.tracing, { policy: names.policy, operation: names.operation });
    this.live.set(callId, made);
    if (this.live.size > MOST_CALLS) this.forgetOldest();
    return made;
  }

  private forgetOldest(): void {
    for (const [callId, trace] of this.live) {
      trace.abandon();
      this.live.delete(callId);
      return;
    }
  }
}

function isEnd(event: ResilienceEvent): event is EndingEvent {
  return event.type === 'success' || event.type === 'failure' || event.type === 'fallbackUsed';
}

function mayBegin(event: ResilienceEvent): boolean {
  return (
    isEnd(event) ||
    ((event.type === 'attemptStarted' || event.type === 'callRejected') && event.attempt === 1)
  );
}
