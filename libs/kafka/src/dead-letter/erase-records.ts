import type { Kafka } from '../kafka.js';
import type { KafkaRecord } from '../kafka-record.js';
import { deleteRecordsBelow } from '../kafkajs/admin/delete-records.js';
import { endOffsets } from '../kafkajs/admin/end-offsets.js';
import { readGroupOffsets } from '../kafkajs/admin/group-offsets.js';
import { visitLogTail } from '../kafkajs/admin/log-tail.js';
import { createPublisher } from '../kafkajs/create-publisher.js';
import type { Publisher } from '../publisher.js';
import type { RecordHeaders } from '../record-headers.js';

/**
 * Deletes the records of a key from a topic that one group handles, with all that lies before the last one of them.
 * @returns how many of the key there were; undefined if the group has not handled all of them yet: nothing was deleted
 */
export async function eraseHandledRecords(
  kafka: Kafka,
  { topic, group, partition, key }: { topic: string; group: string; partition: number; key: string },
): Promise<number | undefined> {
  const { start = 0n } = (await endOffsets(kafka, topic)).get(partition) ?? {};
  let count = 0;
  let last = -1n;
  await visitLogTail(kafka, topic, new Map([[partition, start]]), (record) => {
    if (!hasKey(record, key)) return;
    count++;
    last = record.offset;
  });
  if (count === 0) return 0;
  const { offset: handled = -1n } = (await readGroupOffsets(kafka, group, topic)).get(partition) ?? {};
  if (handled <= last) return undefined;
  await deleteRecordsBelow(kafka, { topic, partition }, last + 1n);
  return count;
}

/**
 * Deletes the records of a key from a topic whose other records stay: those before the last one of the key are written
 * again, as they were, behind the end. If it dies half-way, they may be there twice.
 * @returns how many of the key were deleted
 */
export async function eraseRecords(kafka: Kafka, topic: string, key: string): Promise<number> {
  const publisher = createPublisher(kafka);
  try {
    let count = 0;
    for (const [partition, { start }] of await endOffsets(kafka, topic))
      count += await erasePartition(kafka, publisher, { topic, partition, start, key });
    return count;
  } finally {
    await publisher.disconnect();
  }
}

async function erasePartition(
  kafka: Kafka,
  publisher: Publisher,
  { topic, partition, start, key }: { topic: string; partition: number; start: bigint; key: string },
): Promise<number> {
  let count = 0;
  let last = -1n;
  const from = new Map([[partition, start]]);
  await visitLogTail(kafka, topic, from, (record) => {
    if (!hasKey(record, key)) return;
    count++;
    last = record.offset;
  });
  if (count === 0) return 0;
  await visitLogTail(
    kafka,
    topic,
    from,
    async (record) => {
      if (record.offset > last || hasKey(record, key)) return;
      const { key: otherKey, value } = record;
      await publisher.publish(topic, [{ partition, key: otherKey, value, headers: headersOf(record) }]);
    },
    Number(last + 1n - start),
  );
  await deleteRecordsBelow(kafka, { topic, partition }, last + 1n);
  return count;
}

function hasKey(record: KafkaRecord, key: string): boolean {
  return record.key?.toString() === key;
}

function headersOf({ headers = {} }: KafkaRecord): RecordHeaders {
  const entries = Object.entries(headers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as RecordHeaders;
}
