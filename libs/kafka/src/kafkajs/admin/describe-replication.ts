import kafkajs from 'kafkajs';
import type { Kafka } from '../../kafka.js';
import { metadataRequest, type PartitionMetadata } from '../protocol/metadata-v12.js';
import { withAdmin } from '../with-admin.js';
import { withCluster } from '../with-cluster.js';
import { exists } from './describe-topic.js';

export interface TopicReplication {
  readonly partitions: readonly PartitionMetadata[];
  /** Its settings as they are in force, the cluster's defaults included. */
  readonly config: Readonly<Record<string, string>>;
}

/**
 * How topics are kept, on connections of its own.
 * @param topics full names
 * @returns by name, without those that do not exist
 * @throws KafkaError `topic-refused` when the broker refuses to tell
 */
export async function describeReplication(
  kafka: Kafka,
  topics: readonly string[],
): Promise<Map<string, TopicReplication>> {
  const metadata = await withCluster(kafka, async (cluster) => {
    const broker = await cluster.brokerPool.findConnectedBroker();
    return broker.connectionPool.send(metadataRequest(topics));
  });
  const existing = metadata.topics.filter(exists);
  const configs = await readConfigs(
    kafka,
    existing.map(({ name }) => name),
  );
  return new Map(
    existing.map(({ name, partitions }) => [name, { partitions, config: configs.get(name) ?? {} }]),
  );
}

async function readConfigs(
  kafka: Kafka,
  topics: readonly string[],
): Promise<Map<string, TopicReplication['config']>> {
  if (topics.length === 0) return new Map();
  const { resources } = await withAdmin(kafka, (admin) =>
    admin.describeConfigs({
      includeSynonyms: false,
      resources: topics.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
    }),
  );
  return new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      Object.fromEntries(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  );
}
