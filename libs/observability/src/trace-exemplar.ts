import { context, trace, TraceFlags, type SpanContext } from '@opentelemetry/api';

/** The labels of an exemplar: which trace was measured. */
export type TraceExemplar = { readonly trace_id: string };

/**
 * The exemplar of an observation in a `tracedHistogram`, which keeps the last one of each bucket. Undefined if
 * nothing is traced, or the trace is not sampled: nobody would find it.
 * @param span the active one, unless it is said
 */
export function traceExemplar(
  span: SpanContext | undefined = trace.getSpanContext(context.active()),
): TraceExemplar | undefined {
  if (span === undefined || (span.traceFlags & TraceFlags.SAMPLED) === 0) return undefined;
  return { trace_id: span.traceId };
}
