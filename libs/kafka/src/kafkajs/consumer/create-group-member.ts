import type { Consumer, ConsumerConfig } from 'kafkajs';
import type { GroupMember, GroupMemberOptions, TopicPartitions } from '../../consumer/group-member.js';
import type { Kafka } from '../../kafka.js';
import { clientOf } from '../kafkajs-client.js';
import { handleBatch } from './batch-worker.js';

/** kafkajs's own attempts, some five seconds; after them it crashes, and restarts if it may. */
const RETRY = { initialRetryTime: 300, maxRetryTime: 2_000, retries: 5 };

export function createGroupMember(kafka: Kafka, options: GroupMemberOptions): GroupMember {
  const consumer = clientOf(kafka).consumer(toConsumerConfig(options));
  report(consumer, options);
  return {
    async run(topics, onBatch) {
      await consumer.connect();
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: options.tuning.concurrency,
        eachBatch: (payload) =>
          onBatch({
            topic: payload.batch.topic,
            handle: (handling) => handleBatch(payload, handling),
          }),
      });
    },
    seek: (topic, partition, next) => consumer.seek({ topic, partition, offset: String(next) }),
    pause: (topics) => consumer.pause(topics.map(toKafkajs)),
    resume: (topics) => consumer.resume(topics.map(toKafkajs)),
    commit: (offsets) => consumer.commitOffsets([...offsets]),
    disconnect: () => consumer.disconnect(),
  };
}

function report(consumer: Consumer, { events }: GroupMemberOptions): void {
  const { GROUP_JOIN, HEARTBEAT, CRASH } = consumer.events;
  consumer.on(GROUP_JOIN, ({ payload }) => events.joined(payload.memberAssignment));
  consumer.on(HEARTBEAT, () => events.heartbeat());
  consumer.on(CRASH, ({ payload: { error, restart } }) =>
    events.crashed(error, { restarts: restart, mayReopen: lacksCoordinator(error) }),
  );
}

function toConsumerConfig({ group, tuning, mayRestart }: GroupMemberOptions): ConsumerConfig {
  return {
    groupId: group,
    allowAutoTopicCreation: false,
    sessionTimeout: tuning.sessionTimeoutMs,
    heartbeatInterval: tuning.heartbeatIntervalMs,
    maxBytes: tuning.maxBytes,
    maxBytesPerPartition: tuning.maxBytesPerPartition,
    maxWaitTimeInMs: tuning.maxWaitMs,
    retry: { ...RETRY, restartOnFailure: async () => mayRestart() },
  };
}

function toKafkajs({ topic, partitions }: TopicPartitions): { topic: string; partitions?: number[] } {
  return partitions ? { topic, partitions: [...partitions] } : { topic };
}

/** A group has no coordinator for a moment, while Kafka stops or starts. kafkajs takes it for an end. */
function lacksCoordinator(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === 'KafkaJSGroupCoordinatorNotFound' || lacksCoordinator(error.cause);
}
