import kafkajs from 'kafkajs';
import type { Kafka } from '../../kafka.js';
import { KafkaError } from '../../kafka.errors.js';
import type { TopicSpec } from '../../topic-spec.js';
import { withAdmin } from '../with-admin.js';
import { endOffsets } from './end-offsets.js';
import { retryUntilServed } from './retry-until-served.js';

/** The number of copies from which on one of them may be lost without stopping writes or losing one. */
const REPLICAS_FOR_QUORUM = 3;

/** Several may run at once. */
export interface TopicCreator {
  /**
   * Makes a topic and waits until it is served. That the topic exists already is no error.
   * @throws KafkaError `topic-refused` when the cluster refuses to make it, `topic-unserved` when no broker serves it
   *   within half a minute
   */
  create(topic: TopicSpec, replicationFactor: number): Promise<void>;
}

/** Runs `work` with a connection to make topics on, and closes it. */
export function withTopicCreator<T>(kafka: Kafka, work: (creator: TopicCreator) => Promise<T>): Promise<T> {
  return withAdmin(kafka, (admin) =>
    work({
      async create(topic, replicationFactor) {
        await createTopic(admin, topic, replicationFactor);
        await waitUntilServed(kafka, topic);
      },
    }),
  );
}

async function createTopic(admin: kafkajs.Admin, topic: TopicSpec, replicationFactor: number): Promise<void> {
  const config = {
    ...topic.config,
    ...(replicationFactor >= REPLICAS_FOR_QUORUM ? { 'min.insync.replicas': '2' } : {}),
  };
  try {
    await admin.createTopics({
      // kafkajs would fail where the broker that it asks does not know the topic yet.
      waitForLeaders: false,
      topics: [
        {
          topic: topic.name,
          numPartitions: topic.partitions,
          replicationFactor,
          configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
        },
      ],
    });
  } catch (cause) {
    const reasons =
      cause instanceof AggregateError || cause instanceof kafkajs.KafkaJSAggregateError
        ? cause.errors
        : [cause];
    const reason = reasons.map(String).join(', ');
    throw new KafkaError(
      'topic-refused',
      `topic ${topic.name} with KAFKA_REPLICATION_FACTOR=${replicationFactor} is refused: ${reason}`,
      { cause },
    );
  }
}

async function waitUntilServed(kafka: Kafka, { name }: TopicSpec): Promise<void> {
  try {
    await retryUntilServed(() => endOffsets(kafka, name));
  } catch (cause) {
    throw new KafkaError('topic-unserved', `topic ${name} was made, but is not served: ${String(cause)}`, {
      cause,
    });
  }
}
