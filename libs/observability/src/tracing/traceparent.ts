import { TraceFlags, type SpanContext } from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';

const BEGINS_WITH_TRACE = /^[\da-f]{2}-[\da-f]{32}-/;
const [TRACE_BEGIN, TRACE_END] = [3, 35];

/** Reads a W3C `traceparent`, of a later version too; undefined if it is none. */
export function readTraceparent(traceparent: string | undefined): SpanContext | undefined {
  const context = traceparent === undefined ? null : parseTraceParent(traceparent);
  return context ? { ...context, isRemote: true } : undefined;
}

/** As version 00, the only one that this process can write. */
export function writeTraceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

export function isSampled({ traceFlags }: SpanContext): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}

/**
 * The traces of a log line, by the field name that OpenTelemetry gives for JSON: `trace_id`, or `trace_ids` if there are
 * several. Empty for what belongs to no trace.
 */
export function traceFields(...traceparents: readonly (string | undefined)[]): TraceFields {
  const ids = new Set<string>();
  for (const traceparent of traceparents) {
    if (traceparent && BEGINS_WITH_TRACE.test(traceparent))
      ids.add(traceparent.slice(TRACE_BEGIN, TRACE_END));
  }
  if (ids.size === 0) return {};
  const [first] = ids;
  return ids.size === 1 ? { trace_id: first! } : { trace_ids: [...ids] };
}

export interface TraceFields {
  readonly trace_id?: string;
  readonly trace_ids?: readonly string[];
}
