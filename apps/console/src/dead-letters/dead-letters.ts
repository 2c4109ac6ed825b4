import { WORK_QUEUES } from '@eventfleet/contracts';
import {
  describeDeadLetters,
  findDeadLetterTopics,
  fromDeadLetter,
  KafkaError,
  lookAtTopics,
  readLogTail,
  retryDeadLetter,
  retryDeadLetters,
  type KafkaRecord,
} from '@eventfleet/kafka';
import { describeDeadLetterQueue, retryQueuedDeadLetters } from '@eventfleet/rabbitmq';
import { asking, consoleError } from '../console.problems.js';
import { recordView } from '../parked/record-view.js';
import type { Stores } from '../stores/stores.js';
import type {
  DeadLetterOverviewView,
  DeadLetterQueueView,
  DeadLettersPage,
  DeadLetterTopicView,
  DeadLetterView,
  RetriedView,
} from './dead-letters.view.js';

/** A dead letter topic has one partition. */
const PARTITION = 0;

export async function listDeadLetters(stores: Stores): Promise<DeadLetterOverviewView> {
  const [topics, queues] = await Promise.all([listTopics(stores), listQueues(stores)]);
  return { topics, queues };
}

async function listTopics({ kafka, settings }: Stores): Promise<DeadLetterTopicView[]> {
  return asking('Kafka', async () => {
    const topics: DeadLetterTopicView[] = [];
    for (const topic of await findDeadLetterTopics(kafka, settings)) {
      const { total, waiting } = await describeDeadLetters(kafka, topic);
      topics.push({ topic, total, waiting });
    }
    return topics;
  });
}

async function listQueues({ rabbitmq }: Stores): Promise<DeadLetterQueueView[]> {
  if (!rabbitmq) return [];
  return asking('RabbitMQ', async () => {
    const found = await Promise.all(WORK_QUEUES.map((queue) => describeDeadLetterQueue(rabbitmq, queue)));
    return found
      .filter((overview) => overview !== undefined)
      .map(({ queue, waiting, oldest }) => ({ queue, waiting, oldest: oldest?.error ?? null }));
  });
}

/** A page of a topic, newest first. @throws ProblemError `dead-letter-missing` if there is no such topic */
export async function pageDeadLetters(
  stores: Stores,
  topic: string,
  { before, limit }: { readonly before: bigint | undefined; readonly limit: number },
): Promise<DeadLettersPage> {
  await requireTopic(stores, topic);
  return asking('Kafka', async () => {
    const range = await readRange(stores, topic);
    const end = before !== undefined && before < range.end ? before : range.end;
    const start = end - BigInt(limit) > range.start ? end - BigInt(limit) : range.start;
    if (start >= end) return { items: [], nextCursor: null };
    const tail = await readLogTail(stores.kafka, topic, new Map([[PARTITION, start]]), Number(end - start));
    const records = tail.get(PARTITION) ?? [];
    return {
      items: records.map((record) => deadLetterView(topic, record)).toReversed(),
      nextCursor: start > range.start ? String(start) : null,
    };
  });
}

async function readRange({ kafka }: Stores, topic: string) {
  let range = { start: 0n, end: 0n };
  await lookAtTopics(kafka, [topic], (_, { ends }) => (range = ends.get(PARTITION) ?? range));
  return range;
}

function deadLetterView(topic: string, record: KafkaRecord): DeadLetterView {
  const letter = fromDeadLetter(record);
  return {
    record: recordView(topic, PARTITION, record),
    origin: letter
      ? { topic: letter.topic, partition: letter.partition, offset: String(letter.offset) }
      : null,
    error: letter?.error ?? null,
    canRetry: letter?.message !== undefined,
  };
}

/** Publishes one again, where it came from. @throws ProblemError `dead-letter-missing` */
export async function retryOne(stores: Stores, topic: string, offset: bigint): Promise<RetriedView> {
  await requireTopic(stores, topic);
  try {
    const address = { topic, partition: PARTITION, offset };
    await asking('Kafka', () => retryDeadLetter(stores.kafka, address, stores.headersFor));
    return { retried: 1, passedOver: 0 };
  } catch (error) {
    if (error instanceof KafkaError && error.code === 'dead-letter-missing')
      throw consoleError('dead-letter-missing', error.message, error);
    throw error;
  }
}

/**
 * Publishes everything of a topic again that was not retried before.
 * @param expected how many the operator means: if there are more or fewer by now, none is published
 * @throws ProblemError `dead-letter-missing`, `count-changed`
 */
export async function retryTopic(stores: Stores, topic: string, expected: number): Promise<RetriedView> {
  await requireTopic(stores, topic);
  return asking('Kafka', async () => {
    requireCount((await describeDeadLetters(stores.kafka, topic)).waiting, expected);
    const { retried, foreign, withoutBytes } = await retryDeadLetters(stores.kafka, topic, stores.headersFor);
    return { retried, passedOver: foreign + withoutBytes };
  });
}

/** Puts every message of a dead letter queue back. @throws as `retryTopic` */
export async function retryQueue({ rabbitmq }: Stores, name: string, expected: number): Promise<RetriedView> {
  const queue = rabbitmq && WORK_QUEUES.find((each) => rabbitmq.prefix + each.deadLetterQueue === name);
  if (!queue) throw consoleError('dead-letter-missing', 'There is no such dead letter queue');
  return asking('RabbitMQ', async () => {
    requireCount((await describeDeadLetterQueue(rabbitmq, queue))?.waiting ?? 0, expected);
    return { retried: await retryQueuedDeadLetters(rabbitmq, queue), passedOver: 0 };
  });
}

function requireCount(waiting: number, expected: number): void {
  if (waiting === expected) return;
  throw consoleError('count-changed', `There are ${waiting} by now, not ${expected}`);
}

async function requireTopic({ kafka, settings }: Stores, topic: string): Promise<void> {
  const known = await asking('Kafka', () => findDeadLetterTopics(kafka, settings));
  if (!known.includes(topic)) throw consoleError('dead-letter-missing', 'There is no such dead letter topic');
}
