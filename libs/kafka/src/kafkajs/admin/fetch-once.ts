import type { Cluster, FetchedMessage } from '../kafkajs-internals.js';

const MAX_BYTES = 4 * 1024 * 1024;
const MAX_WAIT_MS = 500;
const READ_UNCOMMITTED = 0;

export interface FetchedPartition {
  readonly partition: number;
  /** Whole batches: they may begin below what was asked for. Control records are among them. */
  readonly messages: readonly FetchedMessage[];
  readonly highWatermark: bigint;
}

/**
 * One fetch from each leader, one after the other, which waits half a second for the first record. At most 4 MiB a
 * leader, and one batch. No fetch is held while the next one is made.
 */
export async function* fetchOnce(
  cluster: Cluster,
  topic: string,
  from: ReadonlyMap<number, bigint>,
): AsyncGenerator<FetchedPartition> {
  const leaders = cluster.findLeaderForPartitions(topic, [...from.keys()]);
  for (const [nodeId, partitions] of Object.entries(leaders)) {
    const broker = await cluster.findBroker({ nodeId });
    const { responses } = await broker.fetch({
      isolationLevel: READ_UNCOMMITTED,
      maxWaitTime: MAX_WAIT_MS,
      minBytes: 1,
      maxBytes: MAX_BYTES,
      topics: [
        {
          topic,
          partitions: partitions.map((partition) => ({
            partition,
            fetchOffset: String(from.get(partition) ?? 0n),
            maxBytes: MAX_BYTES,
          })),
        },
      ],
    });
    for (const { partition, messages, highWatermark } of responses.flatMap(
      (response) => response.partitions,
    )) {
      yield { partition, messages, highWatermark: BigInt(highWatermark) };
    }
  }
}
