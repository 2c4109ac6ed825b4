import kafkajs from 'kafkajs';
import type { Kafka } from '../../kafka.js';
import type { LogRange } from '../../log-range.js';
import type { TopicIdentity } from '../../topic-identity.js';
import { clientOf } from '../kafkajs-client.js';
import { createCluster, type Cluster } from '../kafkajs-internals.js';
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
    for (const topic of topics) onState(topic, await readState(cluster, topic));
  });
}

/** Looks at topics again and again on connections that are kept: to make new ones takes longer than the look. */
export class TopicObserver {
  #cluster: Cluster | undefined;

  constructor(private readonly kafka: Kafka) {}

  /**
   * Asks the cluster now; nothing of an earlier look is in the answer. One look at a time. A failure closes the
   * connections. If one of them had been closed since the look before, it is tried once more, on new ones.
   * @throws KafkaError `topic-missing`
   */
  async look(topic: string): Promise<TopicState> {
    const kept = this.#cluster;
    try {
      return await readState(kept ?? (await this.#connect()), topic, kept);
    } catch (error) {
      await this.close();
      if (!kept || !(error instanceof kafkajs.KafkaJSConnectionError)) throw error;
      return this.look(topic);
    }
  }

  /** The next look makes new connections. Not to be called during a look. */
  async close(): Promise<void> {
    const cluster = this.#cluster;
    this.#cluster = undefined;
    await cluster?.disconnect().catch(() => undefined);
  }

  async #connect(): Promise<Cluster> {
    const cluster = createCluster(clientOf(this.kafka));
    this.#cluster = cluster;
    await cluster.connect();
    return cluster;
  }
}

/** @param kept the cluster, if it may know leaders and partitions of before */
async function readState(cluster: Cluster, topic: string, kept?: Cluster): Promise<TopicState> {
  // First: for a topic that is gone, kafkajs would ask for a while.
  const identity = await readIdentity(cluster, topic);
  await kept?.refreshMetadata();
  return { identity, ends: await readEndOffsets(cluster, topic) };
}
