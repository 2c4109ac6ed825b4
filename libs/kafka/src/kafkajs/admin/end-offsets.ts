import type { Kafka } from '../../kafka.js';
import type { LogRange } from '../../log-range.js';
import type { Cluster } from '../kafkajs-internals.js';
import { withCluster } from '../with-cluster.js';

/** Where each partition of a topic begins and ends now. */
export function endOffsets(kafka: Kafka, topic: string): Promise<Map<number, LogRange>> {
  return withCluster(kafka, (cluster) => readEndOffsets(cluster, topic));
}

/** `endOffsets` on connections that are there. */
export async function readEndOffsets(cluster: Cluster, topic: string): Promise<Map<number, LogRange>> {
  await cluster.addTargetTopic(topic);
  const starts = await readOffsets(cluster, topic, true);
  const ends = await readOffsets(cluster, topic, false);
  return new Map(
    [...ends].map(([partition, end]) => [partition, { start: starts.get(partition) ?? 0n, end }]),
  );
}

async function readOffsets(
  cluster: Cluster,
  topic: string,
  fromBeginning: boolean,
): Promise<Map<number, bigint>> {
  const partitions = cluster
    .findTopicPartitionMetadata(topic)
    .map(({ partitionId }) => ({ partition: partitionId }));
  const offsets = await cluster.fetchTopicsOffset([{ topic, fromBeginning, partitions }]);
  return new Map(
    offsets.flatMap((entry) =>
      entry.partitions.map(({ partition, offset }) => [partition, BigInt(offset)] as const),
    ),
  );
}
