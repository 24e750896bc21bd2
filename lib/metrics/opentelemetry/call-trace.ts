import type { Context, Span, Tracer } from '@opentelemetry/api';
import type { ResilienceEvent } from '../../core/events/event-types.js';
import { labelOf } from '../labels.js';
import { attributesOf, errorType } from './event-attributes.js';
import type { OpenTelemetry } from './load-opentelemetry.js';

/** What traces of calls are made with. */
export interface Tracing {
  readonly api: Pick<OpenTelemetry, 'context' | 'SpanStatusCode' | 'trace'>;
  readonly tracer: Tracer;
}

/** An event that ends a call. */
export type EndingEvent = Extract<ResilienceEvent, { type: 'success' | 'failure' | 'fallbackUsed' }>;

/**
 * The span of one call. It is made when something tells how long the call has been under way, so that waits before its
 * first attempt are within it; what happens before is kept until then.
 */
export class CallTrace {
  private span: Span | undefined;
  private early: ResilienceEvent[] = [];
  private readonly parent: Context;

  /** Made where the call is: its caller's span is the active one. */
  constructor(
    private readonly tracing: Tracing,
    private readonly names: { readonly policy: string; readonly operation: string },
  ) {
    this.parent = tracing.api.context.active();
  }

  /** The context in which the operation runs: spans of what it does become children of the call's. */
  contextAt(at: number, elapsedMs: number): Context {
    const { api } = this.tracing;
    return api.trace.setSpan(api.context.active(), this.begin(at - elapsedMs));
  }

  add(event: ResilienceEvent): void {
    if (this.span === undefined) this.early.push(event);
    else write(this.span, event);
  }

  end(event: EndingEvent): void {
    const span = this.begin(event.at - (event.duration ?? 0));
    const outcome =
      event.type === 'failure' ? event.outcome : event.type === 'success' ? 'success' : 'fallback';
    span.setAttributes({ 'resilience.outcome': outcome, 'resilience.attempts': event.attempt });
    if (event.type === 'failure') {
      span.setAttribute('error.type', errorType(event.error));
      span.setStatus({
        code: this.tracing.api.SpanStatusCode.ERROR,
        message: `${outcome}: ${event.category}`,
      });
    }
    span.end(event.at);
  }

  /** Nobody will tell how the call ended. */
  abandon(): void {
    this.span?.end();
  }

  private begin(startedAt: number): Span {
    if (this.span !== undefined) return this.span;
    const { policy, operation } = this.names;
    const attributes = { 'resilience.policy': labelOf(policy), 'resilience.operation': labelOf(operation) };
    const span = this.tracing.tracer.startSpan(
      labelOf(operation),
      { startTime: startedAt, attributes },
      this.parent,
    );
    for (const event of this.early) write(span, event);
    this.early = [];
    return (this.span = span);
  }
}

function write(span: Span, event: ResilienceEvent): void {
  if (span.isRecording()) span.addEvent(`resilience.${event.type}`, attributesOf(event), event.at);
}
