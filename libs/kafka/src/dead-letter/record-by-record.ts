import type { BatchHandler, MessageBatch } from '../consumer/message-batch.js';
import type { KafkaRecord } from '../kafka-record.js';

/** Where a record lies. */
export type RecordSource = Pick<MessageBatch, 'topic' | 'partition' | 'identity'>;

/** Handles one record; that it came back without an error is the record's end. */
export type RecordHandler = (record: KafkaRecord, source: RecordSource) => Promise<void>;

/** A stop waits for the call under way, so it has to be well within the time that a stop may take. */
const LONGEST_CALL_MS = 2_000;

/**
 * Handles the records of a batch one after the other, in offset order. What was handled counts, whatever follows: after
 * a failure, or two seconds, the partition goes on from the next record that is not handled, and the offset before it
 * is committed. A record whose handler throws stays the first of its partition, which waits longer from one attempt to
 * the next (100 ms to 30 s, with jitter). At least once: a crash repeats what was handled since the last commit.
 */
export function recordByRecord(handle: RecordHandler): BatchHandler {
  return async (batch) => {
    const deadline = performance.now() + LONGEST_CALL_MS;
    for (const [index, record] of batch.messages.entries()) {
      const isFirst = index === 0;
      if (!isFirst && performance.now() > deadline) return { next: record.offset };
      try {
        await handle(record, batch);
      } catch (error) {
        if (isFirst) throw error;
        // It comes back at once, as the first of its batch, and its failure is seen then.
        return { next: record.offset };
      }
    }
    return { next: batch.lastOffset + 1n };
  };
}
