import type { KafkaSettings } from '@eventfleet/config';
import type { Kafka } from '../kafka.js';
import { endOffsets } from '../kafkajs/admin/end-offsets.js';
import { listTopics } from '../kafkajs/admin/list-topics.js';
import { readLogTail } from '../kafkajs/admin/log-tail.js';
import { DEAD_LETTER_SUFFIX, withPrefix } from '../topics.js';
import { fromDeadLetter, type DeadLetter } from './dead-letter.js';
import type { DeadLetterAddress } from './read-dead-letter.js';
import { countWaiting, readRetryProgress } from './retry-progress.js';

export interface DeadLetterOverview {
  readonly topic: string;
  readonly group: string;
  /** How many are there, retried or not. */
  readonly total: number;
  /** How many of them have not been retried. */
  readonly waiting: number;
  readonly newest?: Newest;
}

interface Newest extends Omit<DeadLetter, 'message'> {
  readonly address: DeadLetterAddress;
}

/**
 * The full names of this fleet's dead letter topics, by their prefix and suffix: those of groups that are gone as well.
 * Without a prefix, every dead letter topic of the cluster counts.
 */
export async function findDeadLetterTopics(kafka: Kafka, settings: KafkaSettings): Promise<string[]> {
  const topics = await listTopics(kafka);
  const prefix = withPrefix(settings, '');
  return topics.filter((name) => name.startsWith(prefix) && name.endsWith(DEAD_LETTER_SUFFIX)).toSorted();
}

/** @param topic its full name; it has to be there */
export async function describeDeadLetters(kafka: Kafka, topic: string): Promise<DeadLetterOverview> {
  const ends = await endOffsets(kafka, topic);
  const progress = await readRetryProgress(kafka, topic, ends);
  let [total, waiting] = [0, 0];
  const last = new Map<number, bigint>();
  for (const [partition, { start, end }] of ends) {
    total += Number(end - start);
    waiting += countWaiting(progress.get(partition) ?? { next: start, single: [] }, end);
    if (end > start) last.set(partition, end - 1n);
  }
  const newest = await readNewest(kafka, topic, last);
  const group = topic.slice(0, -DEAD_LETTER_SUFFIX.length);
  return { topic, group, total, waiting, ...(newest ? { newest } : {}) };
}

async function readNewest(
  kafka: Kafka,
  topic: string,
  last: ReadonlyMap<number, bigint>,
): Promise<Newest | undefined> {
  let newest: Newest | undefined;
  for (const [partition, records] of await readLogTail(kafka, topic, last)) {
    const record = records.at(-1);
    const letter = record && fromDeadLetter(record);
    if (!letter || (newest && newest.error.at > letter.error.at)) continue;
    const { message: _, ...rest } = letter;
    newest = { ...rest, address: { topic, partition, offset: record.offset } };
  }
  return newest;
}
