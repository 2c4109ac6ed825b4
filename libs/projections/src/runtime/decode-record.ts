import { fromCloudEvent, type RecordedEvent } from '@eventfleet/contracts';
import type { KafkaRecord } from '@eventfleet/kafka';
import { ProjectionError } from '../projection.errors.js';
import { isAggregateId, keyOf } from './record-key.js';
import type { TracedBatch } from './traced-batch.js';

/** A record of a partition: the event in it, or why there is none. */
export type DecodedRecord =
  | {
      readonly record: KafkaRecord;
      readonly key: string;
      readonly event: RecordedEvent;
      /** It is not in the record: the event store has it, and it is missing before the record's own. */
      readonly isFilled?: true;
    }
  | { readonly record: KafkaRecord; readonly key: string; readonly fault: ProjectionError };

export function decodeRecords(
  projection: string,
  { partition, spans }: TracedBatch,
  records: readonly KafkaRecord[],
): DecodedRecord[] {
  return records.map((record) => decodeRecord(projection, partition, record, spans?.traceparentOf(record)));
}

/**
 * Never throws: whether a fault matters depends on the state of its key.
 * @param traceparent of the record's processing: what the event causes belongs below it; absent: what the record says
 */
export function decodeRecord(
  projection: string,
  partition: number,
  record: KafkaRecord,
  traceparent?: string,
): DecodedRecord {
  if (record.unreadable) return undecodable(projection, partition, record, record.unreadable.message);
  try {
    const stored = fromCloudEvent(record);
    const event = traceparent === undefined ? stored : { ...stored, traceparent };
    if (isAggregateId(event.aggregateId)) return { record, key: event.aggregateId, event };
    return undecodable(projection, partition, record, 'the subject is not a UUID in lower case');
  } catch (cause) {
    return undecodable(projection, partition, record, describeError(cause), { cause });
  }
}

function undecodable(
  projection: string,
  partition: number,
  record: KafkaRecord,
  reason: string,
  options?: ErrorOptions,
): DecodedRecord {
  const message = `offset ${record.offset} of partition ${partition} cannot be read: ${reason}`;
  const fault = new ProjectionError('undecodable', projection, message, options);
  return { record, key: keyOf(record.key), fault };
}

function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
