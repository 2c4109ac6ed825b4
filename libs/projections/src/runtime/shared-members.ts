import type { BatchResult } from '@eventfleet/kafka';
import { pipeline } from '@eventfleet/postgres';
import type pg from 'pg';
import type { FoldingProjection } from '../projection.js';
import { savedOffset, toKeyStates } from './checkpoint-lock.js';
import type { KeyStates } from './classify-records.js';
import {
  lockFreeCheckpoints,
  readVersions,
  type CheckpointRow,
  type PartitionOfProjection,
  type VersionRow,
} from './projection-statements.js';
import { aggregatesOf } from './record-key.js';
import type { TracedBatch } from './traced-batch.js';

/** A batch that may share a transaction. */
export interface Member {
  readonly projection: FoldingProjection;
  readonly batch: TracedBatch;
  /** With undefined if the batch has to be applied by itself. */
  readonly resolve: (result: BatchResult | undefined) => void;
}

const LOCK_TIMEOUT_MS = 200;

export interface LockedMembers {
  /** Those at whose checkpoints nobody else is at work, and that start there. */
  readonly ready: readonly Member[];
  /** What each projection has stored of the keys of all members. */
  readonly keys: ReadonlyMap<FoldingProjection, KeyStates>;
}

/** Begins the transaction: locks what is free, and reads the stored state of the keys, in one round trip. */
export async function lockMembers(client: pg.ClientBase, members: readonly Member[]): Promise<LockedMembers> {
  const byProjection = [...Map.groupBy(members, (member) => member.projection)];
  const [, locked, ...versions] = await pipeline(client, [
    // A row that somebody else holds must hold up its own partition alone.
    `begin; set local lock_timeout = '${LOCK_TIMEOUT_MS}ms'`,
    lockFreeCheckpoints(members.map(checkpointOf)),
    ...byProjection.map(([{ name }, of]) =>
      readVersions(
        name,
        of.flatMap(({ batch }) => aggregatesOf(batch)),
      ),
    ),
  ]);
  const rows = new Map(
    (locked!.rows as (CheckpointRow & PartitionOfProjection)[]).map((row) => [nameOf(row), row]),
  );
  return {
    ready: members.filter((member) => {
      const row = rows.get(nameOf(checkpointOf(member)));
      return row !== undefined && savedOffset(row, member.batch) === member.batch.firstOffset;
    }),
    keys: new Map(
      byProjection.map(([projection], index) => [
        projection,
        toKeyStates(versions[index]!.rows as VersionRow[]),
      ]),
    ),
  };
}

export function checkpointOf({ projection, batch: { topic, partition } }: Member): PartitionOfProjection {
  return { projection: projection.name, topic, partition };
}

export function nameOf({ projection, topic, partition }: PartitionOfProjection): string {
  return `${projection} ${topic} ${partition}`;
}
