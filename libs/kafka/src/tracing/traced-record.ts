import { isTracing, withSpan } from '@eventfleet/observability';
import type { RecordHandler } from '../dead-letter/record-by-record.js';
import { describeRecord, traceparentOfRecord, withTraceparent } from './processing-spans.js';

/** A handler whose work on each record is a span, below the record's `traceparent`. */
export function tracedRecord(handle: RecordHandler, group: string): RecordHandler {
  return (record, source) => {
    if (!isTracing()) return handle(record, source);
    return withSpan(describeRecord(group, source, record), traceparentOfRecord(record), (span) =>
      handle(span ? withTraceparent(record, span.traceparent) : record, source),
    );
  };
}
