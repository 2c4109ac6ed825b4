import type { Kafka } from '../../kafka.js';
import { type FeatureLevels, featureLevelsRequest } from '../protocol/api-versions-v3.js';
import { metadataRequest } from '../protocol/metadata-v12.js';
import { withCluster } from '../with-cluster.js';

export interface ClusterDescription {
  readonly clusterId: string;
  /** How many are alive. */
  readonly brokers: number;
  /** All that a broker tells of its version; undefined before Kafka 2.4. */
  readonly features: FeatureLevels;
}

/** Asks one broker, on a connection of its own. */
export function describeCluster(kafka: Kafka): Promise<ClusterDescription> {
  return withCluster(kafka, async (cluster) => {
    const { connectionPool } = await cluster.brokerPool.findConnectedBroker();
    const { clusterId, brokers } = await connectionPool.send(metadataRequest([]));
    return {
      clusterId,
      brokers: brokers.length,
      features: await connectionPool.send(featureLevelsRequest()),
    };
  });
}
