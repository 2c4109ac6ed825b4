import type { Kafka } from '../../kafka.js';
import { clientOf } from '../kafkajs-client.js';
import { createCluster, type Broker, type Cluster } from '../kafkajs-internals.js';
import { offsetCommitRequest } from '../protocol/offset-commit-v4.js';
import { withAdmin } from '../with-admin.js';
import { withCluster } from '../with-cluster.js';
import { retryUntilServed } from './retry-until-served.js';

export interface GroupOffset {
  /** Where the group goes on; -1 if it has committed nothing. */
  readonly offset: bigint;
  /** Up to 4,096 bytes of the group's own beside it. */
  readonly metadata: string;
}

/** Where a group goes on in each partition of a topic. */
export async function readGroupOffsets(
  kafka: Kafka,
  group: string,
  topic: string,
): Promise<Map<number, GroupOffset>> {
  const [found] = await retryUntilServed(() =>
    withAdmin(kafka, (admin) => admin.fetchOffsets({ groupId: group, topics: [topic] })),
  );
  return new Map(
    found?.partitions.map(({ partition, offset, metadata }) => [
      partition,
      { offset: BigInt(offset), metadata: metadata ?? '' },
    ]),
  );
}

/** Commits for a group that has no members. Answers once it is durable; the broker keeps it for ten years. */
export async function saveGroupOffset(
  kafka: Kafka,
  group: string,
  { topic, partition, offset, metadata }: GroupOffset & { topic: string; partition: number },
): Promise<void> {
  await withCluster(kafka, async (cluster) => {
    const coordinator = await cluster.findGroupCoordinator({ groupId: group });
    const offsets = new Map([[topic, [{ partition, offset, metadata }]]]);
    await coordinator.connectionPool.send(offsetCommitRequest(group, offsets));
  });
}

export interface GroupOffsets {
  /** Commits by topic where the group goes on in each partition. Answers once it is durable. */
  save(offsets: ReadonlyMap<string, readonly bigint[]>): Promise<void>;
  close(): Promise<void>;
}

/** Commits again and again for a group that has no members, on a connection that is kept. */
export function createGroupOffsets(kafka: Kafka, group: string): GroupOffsets {
  let connected: Promise<{ readonly cluster: Cluster; readonly coordinator: Broker }> | undefined;
  const disconnect = async () => {
    const found = await connected?.catch(() => undefined);
    connected = undefined;
    await found?.cluster.disconnect().catch(() => undefined);
  };
  const connect = async () => {
    const cluster = createCluster(clientOf(kafka));
    try {
      await cluster.connect();
      return { cluster, coordinator: await cluster.findGroupCoordinator({ groupId: group }) };
    } catch (error) {
      await cluster.disconnect().catch(() => undefined);
      throw error;
    }
  };
  return {
    async save(offsets) {
      try {
        connected ??= connect();
        const { coordinator } = await connected;
        const committed = new Map(
          [...offsets].map(([topic, next]) => [
            topic,
            next.map((offset, partition) => ({ partition, offset, metadata: '' })),
          ]),
        );
        await coordinator.connectionPool.send(offsetCommitRequest(group, committed));
      } catch (error) {
        await disconnect();
        throw error;
      }
    },
    close: disconnect,
  };
}

/** Deletes groups that have no members, with their offsets. */
export async function deleteGroups(kafka: Kafka, groups: readonly string[]): Promise<void> {
  await withAdmin(kafka, (admin) => admin.deleteGroups([...groups]));
}
