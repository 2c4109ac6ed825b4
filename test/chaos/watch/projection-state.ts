import type pg from 'pg';
import { userEvents } from '@eventfleet/contracts';
import { endOffsets, type Kafka } from '@eventfleet/kafka';
import { withClient } from '@eventfleet/testing';

/** Each projection's group and checkpoint have its name. */
export const PROJECTIONS = ['user-list', 'user-stats'];

export interface PartitionState {
  /** Of a projection. */
  readonly name: string;
  readonly next: bigint;
  readonly end: bigint;
}

/** Where each projection stands in each partition, and where the partition ends. */
export async function readProjectionState(readStoreUrl: string, kafka: Kafka): Promise<PartitionState[]> {
  const ends = await endOffsets(kafka, userEvents.topic);
  const checkpoints = await readCheckpoints(readStoreUrl);
  return PROJECTIONS.flatMap((projection) =>
    [...ends].map(([partition, { end }]) => {
      const name = `${projection}, partition ${partition}`;
      return { name, next: checkpoints.get(name) ?? 0n, end };
    }),
  );
}

function readCheckpoints(url: string): Promise<Map<string, bigint>> {
  const read = async (client: pg.Client) => {
    const result = await client.query<{ name: string; next_offset: string }>(
      `select projection || ', partition ' || partition as name, next_offset from projection_checkpoints`,
    );
    return new Map(result.rows.map(({ name, next_offset: next }) => [name, BigInt(next)]));
  };
  return withClient(url, read, { connectionTimeoutMillis: 2_000, query_timeout: 2_000 });
}
