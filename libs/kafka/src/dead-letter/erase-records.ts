import { headerText } from '@eventfleet/contracts';
import type { Kafka } from '../kafka.js';
import type { KafkaRecord } from '../kafka-record.js';
import { deleteRecordsBelow } from '../kafkajs/admin/delete-records.js';
import { endOffsets } from '../kafkajs/admin/end-offsets.js';
import { readGroupOffsets } from '../kafkajs/admin/group-offsets.js';
import { visitLogTail } from '../kafkajs/admin/log-tail.js';
import { createPublisher } from '../kafkajs/create-publisher.js';
import type { LogRange } from '../log-range.js';
import type { Publisher } from '../publisher.js';
import type { RecordHeaders } from '../record-headers.js';
import { isRetried, readRetryProgress } from './retry-progress.js';

/**
 * Deletes the records of an aggregate from a topic that one group handles, with all that lies before the last one of
 * them in its partition. They may lie in any partition: a sender may write the id in other letters.
 * @returns how many of the aggregate there were; undefined if the group has not handled all of them yet: nothing was
 *   deleted
 */
export async function eraseHandledRecords(
  kafka: Kafka,
  { topic, group, aggregateId }: { topic: string; group: string; aggregateId: string },
): Promise<number | undefined> {
  const starts = startsOf(await endOffsets(kafka, topic));
  const { count, last } = await findRecords(kafka, topic, starts, aggregateId);
  if (count === 0) return 0;
  const handled = await readGroupOffsets(kafka, group, topic);
  for (const [partition, offset] of last)
    if ((handled.get(partition)?.offset ?? -1n) <= offset) return undefined;
  for (const [partition, offset] of last) await deleteRecordsBelow(kafka, { topic, partition }, offset + 1n);
  return count;
}

/**
 * Deletes the records of an aggregate from a dead letter topic whose other records stay: those before the last one of
 * the aggregate are written again, as they were, behind the end. Those that were retried are not, and are gone: there
 * they would wait to be retried once more. If it dies half-way, records may be there twice.
 * @returns how many of the aggregate were deleted
 */
export async function eraseRecords(kafka: Kafka, topic: string, aggregateId: string): Promise<number> {
  const publisher = createPublisher(kafka);
  try {
    let count = 0;
    for (const [partition, start] of startsOf(await endOffsets(kafka, topic)))
      count += await erasePartition(kafka, publisher, { topic, partition, start, aggregateId });
    return count;
  } finally {
    await publisher.disconnect();
  }
}

async function erasePartition(
  kafka: Kafka,
  publisher: Publisher,
  {
    topic,
    partition,
    start,
    aggregateId,
  }: { topic: string; partition: number; start: bigint; aggregateId: string },
): Promise<number> {
  const from = new Map([[partition, start]]);
  const found = await findRecords(kafka, topic, from, aggregateId);
  const last = found.last.get(partition);
  if (last === undefined) return 0;
  const progress = (await readRetryProgress(kafka, topic, await endOffsets(kafka, topic))).get(partition);
  const isDone = ({ offset }: KafkaRecord) => progress !== undefined && isRetried(progress, offset);
  await visitLogTail(
    kafka,
    topic,
    from,
    async (record) => {
      if (record.offset > last || isOf(record, aggregateId) || isDone(record)) return;
      const { key, value } = record;
      await publisher.publish(topic, [{ partition, key, value, headers: headersOf(record) }]);
    },
    Number(last + 1n - start),
  );
  await deleteRecordsBelow(kafka, { topic, partition }, last + 1n);
  return found.count;
}

/** How many records of an aggregate there are, and the last one of each partition that has any. */
async function findRecords(
  kafka: Kafka,
  topic: string,
  from: ReadonlyMap<number, bigint>,
  aggregateId: string,
): Promise<{ count: number; last: ReadonlyMap<number, bigint> }> {
  let count = 0;
  const last = new Map<number, bigint>();
  await visitLogTail(kafka, topic, from, (record, partition) => {
    if (!isOf(record, aggregateId)) return;
    count++;
    last.set(partition, record.offset);
  });
  return { count, last };
}

/** A record that breaks its contract may name the aggregate in one of them alone. Ids are of any case. */
function isOf({ key, headers }: KafkaRecord, aggregateId: string): boolean {
  const named = [key?.toString(), headerText(headers?.['ce_subject'])];
  return named.some((id) => id?.toLowerCase() === aggregateId);
}

function startsOf(ends: ReadonlyMap<number, LogRange>): Map<number, bigint> {
  return new Map([...ends].map(([partition, { start }]) => [partition, start]));
}

function headersOf({ headers = {} }: KafkaRecord): RecordHeaders {
  const entries = Object.entries(headers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as RecordHeaders;
}
