import type { Kafka } from '../kafka.js';
import { KafkaError } from '../kafka.errors.js';
import type { KafkaRecord } from '../kafka-record.js';
import { endOffsets } from '../kafkajs/admin/end-offsets.js';
import type { LogRange } from '../log-range.js';
import { readLogTail } from '../kafkajs/admin/log-tail.js';
import { createPublisher } from '../kafkajs/create-publisher.js';
import type { Publisher } from '../publisher.js';
import { describeTopic } from '../kafkajs/admin/describe-topic.js';
import { fromDeadLetter, type DeadLetter } from './dead-letter.js';
import { type DeadLetterAddress, readDeadLetter } from './read-dead-letter.js';
import {
  assertStorable,
  isRetried,
  readRetryProgress,
  type RetryProgress,
  saveRetryProgress,
  withRetried,
} from './retry-progress.js';

export interface RetryCount {
  readonly retried: number;
  /** Records that do not say where they came from: nobody here wrote them, and they are skipped. */
  readonly foreign: number;
}

/** What is read, published and then remembered at a time: it bounds the memory, and what a crash repeats. */
const CHUNK_SIZE = 100;

/**
 * Publishes again, to the topic and partition that each came from, with original key, bytes and headers, everything in
 * the dead letter topic that was not retried before. In order, one at a time, each acknowledged by every in-sync
 * replica before it is remembered: at least once, a crash in between repeats up to 100. What fails again meanwhile is
 * left for the next time.
 * @throws KafkaError `topic-missing`, `publish-failed`: what was published before it is remembered
 */
export async function retryDeadLetters(kafka: Kafka, topic: string): Promise<RetryCount> {
  const ends = await endOffsets(kafka, topic);
  const progress = await readRetryProgress(kafka, topic, ends);
  const counts: RetryCount[] = [];
  await withRepublish(kafka, async (republish) => {
    for (const [partition, range] of ends) {
      const known = progress.get(partition) ?? { next: range.start, single: [] };
      counts.push(await retryPartition(kafka, { topic, partition, range, known, republish }));
    }
  });
  return counts.reduce(plus, { retried: 0, foreign: 0 });
}

/**
 * Publishes one dead letter again, as `retryDeadLetters` does; also one that was retried before.
 * @throws KafkaError `dead-letter-missing` when nothing that can be retried lies there
 */
export async function retryDeadLetter(kafka: Kafka, address: DeadLetterAddress): Promise<void> {
  const { topic, partition, offset } = address;
  const letter = fromDeadLetter(await readDeadLetter(kafka, address));
  if (!letter) {
    const reason = 'does not say where it came from, and cannot be retried';
    throw new KafkaError('dead-letter-missing', `${topic}/${partition}/${offset} ${reason}`);
  }
  const known = (await readRetryProgress(kafka, topic, await endOffsets(kafka, topic))).get(partition);
  const progress = withRetried(known ?? { next: 0n, single: [] }, offset);
  assertStorable(progress);
  await withRepublish(kafka, (republish) => republish(letter));
  await saveRetryProgress(kafka, topic, partition, progress);
}

interface PartitionRetry {
  readonly topic: string;
  readonly partition: number;
  readonly range: LogRange;
  readonly known: RetryProgress;
  readonly republish: Republish;
}

async function retryPartition(kafka: Kafka, retry: PartitionRetry): Promise<RetryCount> {
  const { topic, partition, range, republish } = retry;
  let progress = retry.known;
  let count: RetryCount = { retried: 0, foreign: 0 };
  while (progress.next < range.end) {
    const chunkEnd = smaller(progress.next + BigInt(CHUNK_SIZE), range.end);
    const limit = Number(chunkEnd - progress.next);
    const tail = await readLogTail(kafka, topic, new Map([[partition, progress.next]]), limit);
    try {
      for (const record of tail.get(partition) ?? []) {
        if (isRetried(progress, record.offset)) continue;
        count = plus(count, await retryRecord(record, republish));
        progress = goOnFrom(progress, record.offset + 1n);
      }
      progress = goOnFrom(progress, chunkEnd);
    } finally {
      await saveRetryProgress(kafka, topic, partition, progress);
    }
  }
  return count;
}

/** What was passed in the log: offsets without a record are done with as well. */
function goOnFrom({ next, single }: RetryProgress, offset: bigint): RetryProgress {
  const from = offset > next ? offset : next;
  return { next: from, single: single.filter((each) => each >= from) };
}

async function retryRecord(record: KafkaRecord, republish: Republish): Promise<RetryCount> {
  const letter = fromDeadLetter(record);
  if (!letter) return { retried: 0, foreign: 1 };
  await republish(letter);
  return { retried: 1, foreign: 0 };
}

function plus(a: RetryCount, b: RetryCount): RetryCount {
  return { retried: a.retried + b.retried, foreign: a.foreign + b.foreign };
}

type Republish = (letter: DeadLetter) => Promise<void>;

/** One record a request: together they might be more than the topic takes at a time. */
async function withRepublish(kafka: Kafka, work: (republish: Republish) => Promise<void>): Promise<void> {
  const publisher: Publisher = createPublisher(kafka);
  const partitions = new Map<string, number>();
  try {
    await work(async ({ topic, partition, message }) => {
      const count = partitions.get(topic) ?? (await describeTopic(kafka, topic)).partitions;
      partitions.set(topic, count);
      if (partition >= count)
        throw new KafkaError('topic-missing', `topic ${topic} has no partition ${partition} any more`);
      await publisher.publish(topic, [message]);
    });
  } finally {
    await publisher.disconnect();
  }
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
