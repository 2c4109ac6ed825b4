import type { TopicAccess } from '@eventfleet/contracts';
import type { Kafka } from '../../kafka.js';
import { KafkaError } from '../../kafka.errors.js';
import type { Broker } from '../kafkajs-internals.js';
import { metadataRequest } from '../protocol/metadata-v12.js';
import { withCluster } from '../with-cluster.js';

/** Kafka's `AclOperation`. */
const READ = 3;
const WRITE = 4;
const DELETE = 6;
const UNKNOWN_TOPIC_OR_PARTITION = 3;
/** Kafka's kind of coordinator. */
const GROUP = 0;

/**
 * Whether this client's user has these rights, on a connection of its own. Topics that are not there yet are passed over.
 * @param access with full names
 * @throws KafkaError `access-missing`, which names each right; Error of kafkajs, for its login too
 */
export async function assertAccess(
  kafka: Kafka,
  { writes, reads, deletes = [], groups, watches = [] }: TopicAccess,
): Promise<void> {
  await withCluster(kafka, async (cluster) => {
    const broker = await cluster.brokerPool.findConnectedBroker();
    const { topics } = await broker.connectionPool.send(
      metadataRequest([...new Set([...writes, ...reads, ...deletes])]),
    );
    const may = new Map(
      topics.map(({ name, errorCode, operations }) => [name, errorCode === 0 ? operations : 0]),
    );
    for (const { name, errorCode } of topics) if (errorCode === UNKNOWN_TOPIC_OR_PARTITION) may.delete(name);
    const lacks = (topic: string, operation: number) => !((may.get(topic) ?? -1) & (1 << operation));
    const missing = [
      ...writes.filter((topic) => lacks(topic, WRITE)).map((topic) => `write to topic ${topic}`),
      ...reads.filter((topic) => lacks(topic, READ)).map((topic) => `read topic ${topic}`),
      ...deletes.filter((topic) => lacks(topic, DELETE)).map((topic) => `delete records of topic ${topic}`),
      ...(await refusedGroups(broker, groups)).map((group) => `be in group ${group}`),
      ...(await refusedGroups(broker, watches)).map((group) => `look at group ${group}`),
    ];
    if (missing.length > 0) throw new KafkaError('access-missing', `it may not ${missing.join(', ')}`);
  });
}

async function refusedGroups(broker: Broker, groups: readonly string[]): Promise<string[]> {
  const refused: string[] = [];
  for (const groupId of groups) {
    try {
      await broker.findGroupCoordinator({ groupId, coordinatorType: GROUP });
    } catch (error) {
      const type = error instanceof Error && 'type' in error ? error.type : undefined;
      if (type !== 'GROUP_AUTHORIZATION_FAILED') throw error;
      refused.push(groupId);
    }
  }
  return refused;
}
