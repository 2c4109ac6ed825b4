import type { Kafka } from '../../kafka.js';
import { KafkaError } from '../../kafka.errors.js';
import type { TopicIdentity } from '../../topic-identity.js';
import type { Cluster } from '../kafkajs-internals.js';
import { metadataRequest, type TopicMetadata } from '../protocol/metadata-v12.js';
import { withCluster } from '../with-cluster.js';

const UNKNOWN_TOPIC_OR_PARTITION = 3;
/** A topic whose leaders are still being chosen has its id and all its partitions already. */
const LEADER_NOT_AVAILABLE = 5;

/**
 * Asks the cluster now, on a connection of its own; nothing is cached.
 * @param topic its full name, with prefix
 * @throws KafkaError `topic-missing` when the topic does not exist, `topic-refused` when the broker refuses to tell
 */
export function describeTopic(kafka: Kafka, topic: string): Promise<TopicIdentity> {
  return withCluster(kafka, (cluster) => readIdentity(cluster, topic));
}

/** `describeTopic` on connections that are there. */
export async function readIdentity(cluster: Cluster, topic: string): Promise<TopicIdentity> {
  const broker = await cluster.brokerPool.findConnectedBroker();
  const { clusterId, topics } = await broker.connectionPool.send(metadataRequest([topic]));
  const [metadata] = topics;
  if (!metadata || !exists(metadata)) throw new KafkaError('topic-missing', `topic ${topic} does not exist`);
  return { clusterId, topicId: metadata.topicId, partitions: metadata.partitions.length };
}

/** @throws KafkaError `topic-refused` when the broker refuses to tell */
export function exists({ name, errorCode }: TopicMetadata): boolean {
  if (errorCode === UNKNOWN_TOPIC_OR_PARTITION) return false;
  if (errorCode === 0 || errorCode === LEADER_NOT_AVAILABLE) return true;
  throw new KafkaError('topic-refused', `topic ${name}: the broker answers with error ${errorCode}`);
}
