import type { Kafka } from '../../kafka.js';
import { KafkaError } from '../../kafka.errors.js';
import type { KafkaRecord } from '../../kafka-record.js';
import type { LogRange } from '../../log-range.js';
import { toRecord } from '../fetched-record.js';
import type { Cluster } from '../kafkajs-internals.js';
import { withCluster } from '../with-cluster.js';
import { readEndOffsets } from './end-offsets.js';
import { fetchOnce } from './fetch-once.js';

const DEADLINE_MS = 30_000;

/**
 * Reads the named partitions from the given offsets up to where they end now, into memory: ask for a bounded tail.
 * What has been deleted from a log's start is not there; an offset at or above the end gives an empty list.
 * Reads straight from the leaders, without a consumer group, so it disturbs no consumer and leaves nothing behind.
 * @param limit at most so many offsets of each partition
 * @returns the records of each named partition, by ascending offset
 * @throws KafkaError `tail-unreadable` when the end was not reached within half a minute
 */
export async function readLogTail(
  kafka: Kafka,
  topic: string,
  from: ReadonlyMap<number, bigint>,
  limit?: number,
): Promise<Map<number, KafkaRecord[]>> {
  const tail = new Map([...from.keys()].map((partition): [number, KafkaRecord[]] => [partition, []]));
  if (from.size === 0) return tail;
  await withCluster(kafka, async (cluster) => {
    const unread = unreadRanges(from, await readEndOffsets(cluster, topic), limit);
    const deadline = Date.now() + DEADLINE_MS;
    while (unread.size > 0) {
      if (Date.now() > deadline)
        throw new KafkaError('tail-unreadable', `cannot read ${topic} up to its end`);
      await readOnce(cluster, topic, unread, tail);
    }
  });
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

/** One fetch from each leader; shortens `unread` by what it got. */
async function readOnce(
  cluster: Cluster,
  topic: string,
  unread: Map<number, LogRange>,
  tail: Map<number, KafkaRecord[]>,
): Promise<void> {
  const from = new Map([...unread].map(([partition, { start }]) => [partition, start]));
  for (const { partition, messages } of await fetchOnce(cluster, topic, from)) {
    const range = unread.get(partition);
    const last = messages.at(-1);
    if (!range || !last) continue;
    // A fetch answers with whole batches: they may begin below what was asked for, and end above it.
    const wanted = messages
      .filter((message) => !message.isControlRecord)
      .map(toRecord)
      .filter(({ offset }) => offset >= range.start && offset < range.end);
    tail.get(partition)?.push(...wanted);
    const next = BigInt(last.offset) + 1n;
    if (next >= range.end) unread.delete(partition);
    else unread.set(partition, { start: next, end: range.end });
  }
}
