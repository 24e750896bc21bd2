/** The labels of an exemplar; none where no trace is under way, or it is not kept. A type that prom-client takes. */
export type ExemplarLabels = { readonly trace_id?: string; readonly span_id?: string };
export type ExemplarReader = () => ExemplarLabels;

type OpenTelemetry = Pick<typeof import('@opentelemetry/api'), 'trace' | 'TraceFlags' | 'isSpanContextValid'>;

const NONE: ExemplarLabels = {};

/** Reads the span that is active where a call ends. It never throws, and tells nothing that prom-client refuses. */
export function exemplarReader({ trace, TraceFlags, isSpanContextValid }: OpenTelemetry): ExemplarReader {
  return () => {
    try {
      const span = trace.getActiveSpan()?.spanContext();
      if (span === undefined || (span.traceFlags & TraceFlags.SAMPLED) === 0) return NONE;
      return isSpanContextValid(span) ? { trace_id: span.traceId, span_id: span.spanId } : NONE;
    } catch {
      return NONE;
    }
  };
}
