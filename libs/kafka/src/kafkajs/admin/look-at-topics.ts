import type { Kafka } from '../../kafka.js';
import type { LogRange } from '../../log-range.js';
import type { TopicIdentity } from '../../topic-identity.js';
import type { Cluster } from '../kafkajs-internals.js';
import { withCluster } from '../with-cluster.js';
import { readIdentity } from './describe-topic.js';
import { readEndOffsets } from './end-offsets.js';

export interface TopicState {
  readonly identity: TopicIdentity;
  readonly ends: ReadonlyMap<number, LogRange>;
}

/**
 * Asks for the identity and the ends of each topic, one after the other, on one set of connections.
 * @param onState called for each topic as soon as it is known, also if a later one fails
 */
export async function lookAtTopics(
  kafka: Kafka,
  topics: readonly string[],
  onState: (topic: string, state: TopicState) => void,
): Promise<void> {
  await withCluster(kafka, async (cluster) => {
    for (const topic of topics) onState(topic, await readTopicState(cluster, topic));
  });
}

/** @param isUsed whether the cluster may know leaders and partitions of before: then it asks for them first */
export async function readTopicState(cluster: Cluster, topic: string, isUsed = false): Promise<TopicState> {
  // First: for a topic that is gone, kafkajs would ask for a while.
  const identity = await readIdentity(cluster, topic);
  if (isUsed) await cluster.refreshMetadata();
  return { identity, ends: await readEndOffsets(cluster, topic) };
}
