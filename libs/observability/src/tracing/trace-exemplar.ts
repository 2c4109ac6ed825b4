import { isTracing } from './tracer.js';
import { isSampled, readTraceparent } from './traceparent.js';

/** The labels of an exemplar: which trace was measured. */
export type TraceExemplar = { readonly trace_id: string };

/**
 * The exemplar of an observation in a `tracedHistogram`, which keeps the last one of each bucket.
 * @param items what was measured together
 * @param traceparentOf asked of no more items than needed, and of none while traces are off
 * @returns the first trace that is sampled; undefined if there is none, or traces are off: nobody would find it
 */
export function traceExemplar<Item>(
  items: readonly Item[],
  traceparentOf: (item: Item) => string | undefined,
): TraceExemplar | undefined {
  if (!isTracing()) return undefined;
  for (const item of items) {
    const span = readTraceparent(traceparentOf(item));
    if (span && isSampled(span)) return { trace_id: span.traceId };
  }
  return undefined;
}
