import type { Kafka } from '../kafka.js';
import { clientOf } from './kafkajs-client.js';
import { type Cluster, createCluster } from './kafkajs-internals.js';

/**
 * Runs `work` on connections of its own to the cluster, and closes them. For what neither kafkajs's admin nor its
 * consumer can ask.
 */
export async function withCluster<T>(kafka: Kafka, work: (cluster: Cluster) => Promise<T>): Promise<T> {
  const cluster = createCluster(clientOf(kafka));
  try {
    await cluster.connect();
    return await work(cluster);
  } finally {
    await cluster.disconnect().catch(() => undefined);
  }
}
