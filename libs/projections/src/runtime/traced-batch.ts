import { describeProcessing, type BatchResult, type KafkaRecord, type MessageBatch } from '@eventfleet/kafka';
import { withBatch, type BatchSpans } from '@eventfleet/observability';
import type { RecordToPark } from '../parking/park-records.js';

/** A batch with the spans of its records, if they are traced. */
export type TracedBatch = MessageBatch & { readonly spans?: BatchSpans<KafkaRecord> };

/** Applies a batch within a span for the whole and one for each record, below what the record's event carries. */
export function traceBatch(
  projection: string,
  batch: MessageBatch,
  apply: (batch: TracedBatch) => Promise<BatchResult>,
): Promise<BatchResult> {
  return withBatch(batch.messages, describeProcessing(projection, batch), async (spans) => {
    if (!spans) return apply(batch);
    const result = await apply({ ...batch, spans });
    for (const record of batch.messages) if (record.offset >= result.next) spans.fail(record, 'postponed');
    return result;
  });
}

/** Says on the spans of parked records why they have no effect yet. */
export function traceParked({ spans }: TracedBatch, parked: readonly RecordToPark[]): void {
  for (const { record, fault } of parked) spans?.fail(record, fault?.code ?? 'parked-behind');
}
