import type pg from 'pg';
import { pipeline, withClient, type Statement } from '@eventfleet/postgres';

export interface Snapshot {
  readonly aggregateId: string;
  readonly version: number;
  /** JSON text. */
  readonly state: string;
}

/** Which aggregates' states these are, and of which shape. */
export interface SnapshotKind {
  readonly aggregateType: string;
  readonly schemaVersion: number;
}

/** Keeps one snapshot an aggregate: a newer version, or another schema version, takes the place of what is there. */
export async function writeSnapshots(
  pool: pg.Pool,
  { aggregateType, schemaVersion }: SnapshotKind,
  snapshots: readonly Snapshot[],
): Promise<void> {
  const rows = snapshots.toSorted((a, b) => (a.aggregateId < b.aggregateId ? -1 : 1));
  const insert: Statement = {
    name: 'write-snapshots',
    text: `insert into snapshots (aggregate_type, schema_version, aggregate_id, version, state)
           select $1, $2, * from unnest($3::uuid[], $4::integer[], $5::json[])
           on conflict (aggregate_type, aggregate_id) do update
             set version = excluded.version, schema_version = excluded.schema_version, state = excluded.state
             where snapshots.version < excluded.version or snapshots.schema_version <> excluded.schema_version`,
    values: [
      aggregateType,
      schemaVersion,
      rows.map((row) => row.aggregateId),
      rows.map((row) => row.version),
      rows.map((row) => row.state),
    ],
  };
  await withClient(pool, (client) => pipeline(client, ['begin read write', insert, 'commit']));
}
