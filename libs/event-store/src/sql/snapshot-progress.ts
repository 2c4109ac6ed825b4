import { pipeline, withClient, type Statement } from '@eventfleet/postgres';
import type pg from 'pg';
import { TAIL_START, type TailPosition } from './read-tail.js';
import type { SnapshotKind } from './write-snapshots.js';

/** Up to where in the tail no snapshot of this kind is missing. */
export async function readSnapshotProgress(
  pool: pg.Pool,
  { aggregateType, schemaVersion }: SnapshotKind,
): Promise<TailPosition> {
  const { rows } = await pool.query<{ transaction_id: string; global_position: string }>({
    name: 'read-snapshot-progress',
    text: `select transaction_id, global_position from snapshot_progress
           where aggregate_type = $1 and schema_version = $2`,
    values: [aggregateType, schemaVersion],
  });
  const row = rows[0];
  return row ? { transactionId: row.transaction_id, globalPosition: row.global_position } : TAIL_START;
}

/** Never goes back: several copies may be at it. */
export async function saveSnapshotProgress(
  pool: pg.Pool,
  { aggregateType, schemaVersion }: SnapshotKind,
  { transactionId, globalPosition }: TailPosition,
): Promise<void> {
  const save: Statement = {
    name: 'save-snapshot-progress',
    text: `insert into snapshot_progress as present (aggregate_type, schema_version, transaction_id, global_position)
           values ($1, $2, $3, $4)
           on conflict (aggregate_type, schema_version) do update
             set transaction_id = excluded.transaction_id, global_position = excluded.global_position
             where (present.transaction_id, present.global_position)
               < (excluded.transaction_id, excluded.global_position)`,
    values: [aggregateType, schemaVersion, transactionId, globalPosition],
  };
  await withClient(pool, (client) => pipeline(client, ['begin read write', save, 'commit']));
}
