import type { KafkaSettings } from '@eventfleet/config';
import { DEAD_LETTER_GROUPS, KEYED_TOPICS, type KeyedTopic } from '@eventfleet/contracts';
import type { Kafka } from './kafka.js';
import { KafkaError } from './kafka.errors.js';
import { withTopicCreator } from './kafkajs/admin/create-topic.js';
import { describeTopic } from './kafkajs/admin/describe-topic.js';
import type { TopicSpec } from './topic-spec.js';

/** Tells every subscriber which aggregates changed other than by an event. */
export const FLEET_NOTICES_TOPIC = 'fleet-notices';
export const DEAD_LETTER_SUFFIX = '.dead-letter';
const KEPT_FOR_EVER = { 'retention.ms': '-1', 'retention.bytes': '-1', 'cleanup.policy': 'delete' };
const DAY_MS = 24 * 60 * 60_000;
/** A record that is kept has up to 4 MiB, and its error comes on top. */
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
    { name: withPrefix(settings, FLEET_NOTICES_TOPIC), partitions: 1, config: KEPT_FOR_EVER },
    ...deadLetterGroups.map((group) => ({
      name: deadLetterTopic(withPrefix(settings, group)),
      partitions: 1,
      config: { ...KEPT_FOR_EVER, 'max.message.bytes': String(LARGEST_DEAD_LETTER_BYTES) },
    })),
  ];
}

function configOf({ keptDays, isStampedByBroker }: KeyedTopic): TopicSpec['config'] {
  return {
    ...KEPT_FOR_EVER,
    ...(keptDays === undefined ? {} : { 'retention.ms': String(keptDays * DAY_MS) }),
    ...(isStampedByBroker ? { 'message.timestamp.type': 'LogAppendTime' } : {}),
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
  return withTopicCreator(kafka, async (creator) => {
    const ensure = async (topic: TopicSpec) => {
      const isNew = !(await exists(kafka, topic));
      if (isNew) await creator.create(topic, settings.replicationFactor);
      await checkPartitions(kafka, topic);
      return isNew ? [topic.name] : [];
    };
    // All to their end, as they share the connection, which closes after this.
    const results = await Promise.allSettled(topics.map(ensure));
    return results.flatMap((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
  });
}

/** Asks for this topic alone: the list of all fails while one of them, whosever it is, has no leader. */
async function exists(kafka: Kafka, { name }: TopicSpec): Promise<boolean> {
  try {
    await describeTopic(kafka, name);
    return true;
  } catch (error) {
    if (error instanceof KafkaError && error.code === 'topic-missing') return false;
    throw error;
  }
}

/** @throws KafkaError `partition-count-mismatch` naming the variable to set right */
export async function checkPartitions(
  kafka: Kafka,
  topic: Pick<TopicSpec, 'name' | 'partitions' | 'partitionsVariable'>,
): Promise<void> {
  const { partitions } = await describeTopic(kafka, topic.name);
  if (!topic.partitionsVariable || partitions === topic.partitions) return;
  throw new KafkaError(
    'partition-count-mismatch',
    `topic ${topic.name} has ${partitions} partitions, ${topic.partitionsVariable} says ${topic.partitions}: ` +
      `the number is fixed for the life of the topic; set ${topic.partitionsVariable} to ${partitions}`,
  );
}
