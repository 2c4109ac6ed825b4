import kafkajs from 'kafkajs';
import type { Kafka } from '../../kafka.js';
import { clientOf } from '../kafkajs-client.js';
import { createCluster, type Cluster } from '../kafkajs-internals.js';
import { readTopicState, type TopicState } from './look-at-topics.js';

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
    const isUsed = this.#cluster !== undefined;
    try {
      return await readTopicState(this.#cluster ?? (await this.#connect()), topic, isUsed);
    } catch (error) {
      await this.close();
      if (!isUsed || !(error instanceof kafkajs.KafkaJSConnectionError)) throw error;
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
