import type { Kafka } from '../../kafka.js';
import type { LogRange } from '../../log-range.js';
import type { TopicIdentity } from '../../topic-identity.js';
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
    for (const topic of topics) {
      const identity = await readIdentity(cluster, topic);
      onState(topic, { identity, ends: await readEndOffsets(cluster, topic) });
    }
  });
}
