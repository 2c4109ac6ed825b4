import type { KafkaSettings } from '@eventfleet/config';
import { DEAD_LETTER_GROUPS, KEYED_TOPICS, type KeyedTopic } from '@eventfleet/contracts';
import kafkajs, { type Kafka } from 'kafkajs';
import { KafkaError } from './kafka.errors.js';
import { endOffsets } from './end-offsets.js';
import { describeTopic } from './topic-identity.js';
import { untilServed } from './until-served.js';
import { withAdmin } from './with-admin.js';

export interface TopicSpec {
  /** The full name, with prefix. */
  readonly name: string;
  readonly partitions: number;
  /** The variable that sets `partitions`: named when an existing topic has another number. Without one, any will do. */
  readonly partitionsVariable?: string;
  readonly config: Readonly<Record<string, string>>;
}

/** The number of copies from which on one of them may be lost without stopping writes or losing one. */
const REPLICAS_FOR_QUORUM = 3;

export const DEAD_LETTER_SUFFIX = '.dead-letter';
const KEPT_FOR_EVER = { 'retention.ms': '-1', 'retention.bytes': '-1', 'cleanup.policy': 'delete' };
const DAY_MS = 24 * 60 * 60_000;
/** A record may fill its topic's limit (1 MiB by default), more so before compression, and its error comes on top. */
const LARGEST_DEAD_LETTER_BYTES = 8 * 1024 * 1024;

/** A topic's or group's full name in Kafka. */
export function withPrefix(settings: KafkaSettings, name: string): string {
  return `${settings.topicPrefix}${name}`;
}

/** The topic of what a group could not handle. Takes and gives a full name. */
export function deadLetterTopic(group: string): string {
  return `${group}${DEAD_LETTER_SUFFIX}`;
}

/** Every topic of the fleet. */
export function fleetTopics(
  settings: KafkaSettings,
  deadLetterGroups: readonly string[] = DEAD_LETTER_GROUPS,
): TopicSpec[] {
  return [
    ...KEYED_TOPICS.map((topic) => ({
      name: withPrefix(settings, topic.name),
      partitions: settings.partitions,
      partitionsVariable: 'USER_EVENTS_PARTITIONS',
      config: configOf(topic),
    })),
    ...deadLetterGroups.map((group) => ({
      name: deadLetterTopic(withPrefix(settings, group)),
      partitions: 1,
      config: { ...KEPT_FOR_EVER, 'max.message.bytes': String(LARGEST_DEAD_LETTER_BYTES) },
    })),
  ];
}

function configOf({ keptDays, isUncompressed }: KeyedTopic): TopicSpec['config'] {
  return {
    ...KEPT_FOR_EVER,
    ...(keptDays === undefined ? {} : { 'retention.ms': String(keptDays * DAY_MS) }),
    ...(isUncompressed ? { 'compression.type': 'uncompressed' } : {}),
  };
}

/**
 * Makes the topics that do not exist yet, all at once, and waits until they are served. Idempotent; an existing topic
 * is left as it is; several may run at once. What fails for one topic is thrown once the others are there.
 * @returns the names of the topics that were made
 * @throws KafkaError `partition-count-mismatch` when an existing topic has another number of partitions (keys would
 *   change their partition, and with it their order), `topic-refused` when the cluster refuses to make one,
 *   `topic-unserved` when no broker serves a new one within half a minute
 */
export async function ensureTopics(
  kafka: Kafka,
  topics: readonly TopicSpec[],
  settings: KafkaSettings,
): Promise<string[]> {
  return withAdmin(kafka, async (admin) => {
    const ensure = async (topic: TopicSpec) => {
      const isNew = !(await exists(kafka, topic));
      if (isNew) {
        await createTopic(admin, topic, settings.replicationFactor);
        await waitForService(kafka, topic);
      }
      await checkPartitions(kafka, topic);
      return isNew ? [topic.name] : [];
    };
    // All to their end, as they use the admin, which closes after this.
    const outcomes = await Promise.allSettled(topics.map(ensure));
    return outcomes.flatMap((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    });
  });
}

/** Asks for this topic alone: kafkajs's list of all fails while one of them, whosever it is, has no leader. */
async function exists(kafka: Kafka, { name }: TopicSpec): Promise<boolean> {
  try {
    await describeTopic(kafka, name);
    return true;
  } catch (error) {
    if (error instanceof KafkaError && error.code === 'topic-missing') return false;
    throw error;
  }
}

async function waitForService(kafka: Kafka, { name }: TopicSpec): Promise<void> {
  try {
    await untilServed(() => endOffsets(kafka, name));
  } catch (cause) {
    throw new KafkaError('topic-unserved', `topic ${name} was made, but is not served: ${String(cause)}`, {
      cause,
    });
  }
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

/** @throws KafkaError `partition-count-mismatch` naming the variable to set right */
export async function checkPartitions(kafka: Kafka, topic: TopicSpec): Promise<void> {
  const { partitions } = await describeTopic(kafka, topic.name);
  if (!topic.partitionsVariable || partitions === topic.partitions) return;
  throw new KafkaError(
    'partition-count-mismatch',
    `topic ${topic.name} has ${partitions} partitions, ${topic.partitionsVariable} says ${topic.partitions}: ` +
      'the number is fixed for the life of the topic',
  );
}
