import { isTracing } from './tracer.js';
import { isSampled, readTraceparent } from './traceparent.js';

/** The labels of an exemplar: which trace was measured. */
export type TraceExemplar = { readonly trace_id: string };

/**
 * The exemplar of an observation in a `tracedHistogram`, which keeps the last one of each bucket.
 * @param traceparents what was measured belongs to these traces; read only as far as is needed
 * @returns the first trace that is sampled; undefined if there is none, or traces are off: nobody would find it
 */
export function traceExemplar(traceparents: Iterable<string | undefined>): TraceExemplar | undefined {
  if (!isTracing()) return undefined;
  for (const traceparent of traceparents) {
    const span = readTraceparent(traceparent);
    if (span && isSampled(span)) return { trace_id: span.traceId };
  }
  return undefined;
}
