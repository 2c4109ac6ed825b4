import type { Kafka } from '../kafka.js';
import { KafkaError } from '../kafka.errors.js';
import type { KafkaRecord } from '../kafka-record.js';
import { endOffsets } from '../kafkajs/admin/end-offsets.js';
import type { LogRange } from '../log-range.js';
import { visitLogTail } from '../kafkajs/admin/log-tail.js';
import { createPublisher } from '../kafkajs/create-publisher.js';
import type { OutgoingRecord, Publisher } from '../publisher.js';
import { describeTopic } from '../kafkajs/admin/describe-topic.js';
import { fromDeadLetter } from './dead-letter.js';
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
  /** Records that were dead-lettered without their bytes: there is nothing to publish, and they are skipped. */
  readonly withoutBytes: number;
}

/** Takes the full name of a topic. */
export type HeadersFor = (topic: string) => Promise<Readonly<Record<string, string>>>;

const noHeaders: HeadersFor = () => Promise.resolve({});

const NONE: RetryCount = { retried: 0, foreign: 0, withoutBytes: 0 };

/** What is published and then remembered at a time: it bounds what a crash repeats. */
const CHUNK_SIZE = 100;

/**
 * Publishes again, to the topic and partition that each came from, with original key, bytes and headers, everything in
 * the dead letter topic that was not retried before. In order, one at a time, each acknowledged by every in-sync
 * replica before it is remembered: at least once, a crash in between repeats up to 100. What fails again meanwhile is
 * left for the next time.
 * @param headersFor gives further headers for records of a topic, such as the token of whoever retries them
 * @throws KafkaError `topic-missing`, `publish-failed`: what was published before it is remembered
 */
export async function retryDeadLetters(
  kafka: Kafka,
  topic: string,
  headersFor: HeadersFor = noHeaders,
): Promise<RetryCount> {
  const ends = await endOffsets(kafka, topic);
  const progress = await readRetryProgress(kafka, topic, ends);
  const counts: RetryCount[] = [];
  await withRepublish(kafka, headersFor, async (republish) => {
    for (const [partition, range] of ends) {
      const known = progress.get(partition) ?? { next: range.start, single: [] };
      counts.push(await retryPartition(kafka, { topic, partition, range, known, republish }));
    }
  });
  return counts.reduce(plus, NONE);
}

/**
 * Publishes one dead letter again, as `retryDeadLetters` does; also one that was retried before.
 * @throws KafkaError `dead-letter-missing` when nothing that can be retried lies there
 */
export async function retryDeadLetter(
  kafka: Kafka,
  address: DeadLetterAddress,
  headersFor: HeadersFor = noHeaders,
): Promise<void> {
  const { topic, partition, offset } = address;
  const letter = fromDeadLetter(await readDeadLetter(kafka, address));
  const message = letter?.message;
  if (!message) {
    const reason = letter ? 'was kept without its bytes' : 'does not say where it came from';
    const text = `${topic}/${partition}/${offset} ${reason}, and cannot be retried`;
    throw new KafkaError('dead-letter-missing', text);
  }
  const known = (await readRetryProgress(kafka, topic, await endOffsets(kafka, topic))).get(partition);
  const progress = withRetried(known ?? { next: 0n, single: [] }, offset);
  assertStorable(progress);
  await withRepublish(kafka, headersFor, (republish) => republish(letter.topic, message));
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
  let count = NONE;
  while (progress.next < range.end) {
    const chunkEnd = smaller(progress.next + BigInt(CHUNK_SIZE), range.end);
    const limit = Number(chunkEnd - progress.next);
    const retryOnce = async (record: KafkaRecord) => {
      if (isRetried(progress, record.offset)) return;
      count = plus(count, await retryRecord(record, republish));
      progress = goOnFrom(progress, record.offset + 1n);
    };
    try {
      await visitLogTail(kafka, topic, new Map([[partition, progress.next]]), retryOnce, limit);
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
  if (!letter) return { ...NONE, foreign: 1 };
  if (!letter.message) return { ...NONE, withoutBytes: 1 };
  await republish(letter.topic, letter.message);
  return { ...NONE, retried: 1 };
}

function plus(a: RetryCount, b: RetryCount): RetryCount {
  return {
    retried: a.retried + b.retried,
    foreign: a.foreign + b.foreign,
    withoutBytes: a.withoutBytes + b.withoutBytes,
  };
}

type Republish = (topic: string, message: OutgoingRecord) => Promise<void>;

/** One record a request: together they might be more than the topic takes at a time. */
async function withRepublish(
  kafka: Kafka,
  headersFor: HeadersFor,
  work: (republish: Republish) => Promise<void>,
): Promise<void> {
  const publisher: Publisher = createPublisher(kafka);
  const partitions = new Map<string, number>();
  try {
    await work(async (topic, message) => {
      const { partition } = message;
      const count = partitions.get(topic) ?? (await describeTopic(kafka, topic)).partitions;
      partitions.set(topic, count);
      if (partition >= count)
        throw new KafkaError('topic-missing', `topic ${topic} has no partition ${partition} any more`);
      const headers = { ...message.headers, ...(await headersFor(topic)) };
      await publisher.publish(topic, [{ ...message, headers }]);
    });
  } finally {
    await publisher.disconnect();
  }
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
