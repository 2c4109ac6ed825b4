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

/**
 * Keeps every snapshot in `snapshot_history`, and the newest of an aggregate in `snapshots`. Another schema version takes
 * the place of what is there.
 */
export async function writeSnapshots(
  pool: pg.Pool,
  kind: SnapshotKind,
  snapshots: readonly Snapshot[],
): Promise<void> {
  const rows = snapshots.toSorted((a, b) => compare(a.aggregateId, b.aggregateId) || a.version - b.version);
  const newest = rows.filter((row, index) => row.aggregateId !== rows[index + 1]?.aggregateId);
  await withClient(pool, (client) =>
    pipeline(client, ['begin read write', keepNewest(kind, newest), keepAll(kind, rows), 'commit']),
  );
}

function keepNewest(kind: SnapshotKind, rows: readonly Snapshot[]): Statement {
  return {
    name: 'write-snapshots',
    text: `insert into snapshots (aggregate_type, schema_version, aggregate_id, version, state)
           select $1, $2, * from unnest($3::uuid[], $4::integer[], $5::json[])
           on conflict (aggregate_type, aggregate_id) do update
             set version = excluded.version, schema_version = excluded.schema_version, state = excluded.state
             where snapshots.version < excluded.version or snapshots.schema_version <> excluded.schema_version`,
    values: valuesOf(kind, rows),
  };
}

function keepAll(kind: SnapshotKind, rows: readonly Snapshot[]): Statement {
  return {
    name: 'add-to-snapshot-history',
    text: `insert into snapshot_history as present (aggregate_type, schema_version, aggregate_id, version, state)
           select $1, $2, * from unnest($3::uuid[], $4::integer[], $5::json[])
           on conflict (aggregate_type, aggregate_id, version) do update
             set schema_version = excluded.schema_version, state = excluded.state
             where present.schema_version <> excluded.schema_version`,
    values: valuesOf(kind, rows),
  };
}

function valuesOf({ aggregateType, schemaVersion }: SnapshotKind, rows: readonly Snapshot[]): unknown[] {
  return [
    aggregateType,
    schemaVersion,
    rows.map((row) => row.aggregateId),
    rows.map((row) => row.version),
    rows.map((row) => row.state),
  ];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
