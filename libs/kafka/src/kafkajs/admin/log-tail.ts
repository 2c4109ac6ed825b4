import type { Kafka } from '../../kafka.js';
import { KafkaError } from '../../kafka.errors.js';
import type { KafkaRecord } from '../../kafka-record.js';
import type { LogRange } from '../../log-range.js';
import { toRecord } from '../fetched-record.js';
import type { Cluster, FetchedMessage } from '../kafkajs-internals.js';
import { withCluster } from '../with-cluster.js';
import { readEndOffsets } from './end-offsets.js';
import { fetchOnce } from './fetch-once.js';

/** Without a record: what is there may be slow to unpack, and slow to handle. */
const DEADLINE_MS = 30_000;

/** Ends the reading by false. */
export type VisitRecord = (record: KafkaRecord, partition: number) => Visited | Promise<Visited>;

type Visited = boolean | void;

/**
 * Reads the named partitions from the given offsets up to where they end now, and hands each record to `visit`, by
 * ascending offset in each partition. It holds no more than one fetch in memory, and unreadable batches without their
 * bytes. What has been deleted from a log's start is not there; an offset at or above the end gives nothing.
 * Reads straight from the leaders, without a consumer group, so it disturbs no consumer and leaves nothing behind.
 * @param limit at most so many offsets of each partition
 * @throws KafkaError `tail-unreadable` when nothing could be read for half a minute; what `visit` throws
 */
export async function visitLogTail(
  kafka: Kafka,
  topic: string,
  from: ReadonlyMap<number, bigint>,
  visit: VisitRecord,
  limit?: number,
): Promise<void> {
  if (from.size === 0) return;
  await withCluster(kafka, async (cluster) => {
    const unread = unreadRanges(from, await readEndOffsets(cluster, topic), limit);
    let deadline = Date.now() + DEADLINE_MS;
    while (unread.size > 0) {
      if (Date.now() > deadline)
        throw new KafkaError('tail-unreadable', `cannot read ${topic} up to its end`);
      if (await readOnce(cluster, topic, unread, visit)) deadline = Date.now() + DEADLINE_MS;
    }
  });
}

/**
 * Reads as `visitLogTail` does, into memory: ask for few records of a topic that nobody else writes.
 * @returns the records of each named partition, by ascending offset
 */
export async function readLogTail(
  kafka: Kafka,
  topic: string,
  from: ReadonlyMap<number, bigint>,
  limit?: number,
): Promise<Map<number, KafkaRecord[]>> {
  const tail = new Map([...from.keys()].map((partition): [number, KafkaRecord[]] => [partition, []]));
  const keep: VisitRecord = (record, partition) => void tail.get(partition)?.push(record);
  await visitLogTail(kafka, topic, from, keep, limit);
  return tail;
}

function unreadRanges(
  from: ReadonlyMap<number, bigint>,
  ends: ReadonlyMap<number, LogRange>,
  limit?: number,
): Map<number, LogRange> {
  const unread = new Map<number, LogRange>();
  for (const [partition, offset] of from) {
    const range = ends.get(partition);
    if (!range) continue;
    const start = offset > range.start ? offset : range.start;
    const limitEnd = limit === undefined ? range.end : start + BigInt(limit);
    const end = limitEnd < range.end ? limitEnd : range.end;
    if (start < end) unread.set(partition, { start, end });
  }
  return unread;
}

/** One fetch from each leader; shortens `unread` by what it got, to nothing if the visit ends. @returns whether it got anything */
async function readOnce(
  cluster: Cluster,
  topic: string,
  unread: Map<number, LogRange>,
  visit: VisitRecord,
): Promise<boolean> {
  let hasRead = false;
  const from = new Map([...unread].map(([partition, { start }]) => [partition, start]));
  for await (const { partition, messages } of fetchOnce(cluster, topic, from)) {
    const range = unread.get(partition);
    const last = messages.at(-1);
    if (!range || !last) continue;
    hasRead = true;
    for (const record of wantedOf(messages, range)) {
      if ((await visit(record, partition)) !== false) continue;
      unread.clear();
      return true;
    }
    const next = BigInt(last.offset) + 1n;
    if (next >= range.end) unread.delete(partition);
    else unread.set(partition, { start: next, end: range.end });
  }
  return hasRead;
}

/** A fetch answers with whole batches: they may begin below what was asked for, and end above it. */
function wantedOf(messages: readonly FetchedMessage[], { start, end }: LogRange): KafkaRecord[] {
  return messages
    .filter((message) => !message.isControlRecord)
    .map(toRecord)
    .filter(({ offset }) => offset >= start && offset < end);
}
