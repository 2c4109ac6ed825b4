import type pg from 'pg';

/** One step towards the present state of an aggregate: its snapshot, or an event after it. */
export type StreamStep =
  | {
      readonly kind: 'snapshot';
      readonly aggregateId: string;
      readonly version: number;
      readonly state: string;
    }
  | {
      readonly kind: 'event';
      readonly aggregateId: string;
      readonly version: number;
      readonly type: string;
      readonly schemaVersion: number;
      readonly data: string;
    };

interface StepRow {
  readonly aggregate_id: string;
  readonly version: number;
  /** Null for a snapshot. */
  readonly event_type: string | null;
  readonly schema_version: number;
  readonly data: string;
}

export interface StreamsQuery {
  readonly aggregateType: string;
  /** The version of each aggregate that is loaded already; 0 for none. */
  readonly loadedVersions: ReadonlyMap<string, number>;
  /** Snapshots of another schema version are left out, and everything is folded from the events. */
  readonly snapshotSchemaVersion: number;
  /** Aggregates that are read as if they were erased if their personal data cannot be read. */
  readonly mayLackPersonalData?: ReadonlySet<string> | undefined;
}

/**
 * Reads what brings many aggregates up to the present, in one query and so at one moment of the database: for each its
 * snapshot if that is newer than what is loaded, and the events after it, by aggregate and version.
 */
export async function readStreams(
  store: pg.Pool | pg.ClientBase,
  { aggregateType, loadedVersions, snapshotSchemaVersion }: StreamsQuery,
): Promise<StreamStep[]> {
  const result = await store.query<StepRow>({
    name: 'read-streams',
    // A look into the indexes for each aggregate: of a table without statistics a join would read all.
    text: `
      with start as materialized (
        select wanted.id, greatest(wanted.version, coalesce(newer.version, 0)) as version, newer.state
        from unnest($2::uuid[], $3::integer[]) as wanted (id, version)
        left join lateral (
          select version, state from snapshots
          where aggregate_type = $1 and aggregate_id = wanted.id and schema_version = $4
            and snapshots.version > wanted.version
          limit 1) as newer on true)
      select id as aggregate_id, version, null as event_type, 0 as schema_version, state::text as data
      from start where state is not null
      union all
      select start.id, later.version, event_type, schema_version, data
      from start cross join lateral (
        select version, event_type, schema_version, data::text as data from events
        where aggregate_type = $1 and aggregate_id = start.id and events.version > start.version
        order by version) as later
      order by aggregate_id, version`,
    values: [aggregateType, [...loadedVersions.keys()], [...loadedVersions.values()], snapshotSchemaVersion],
  });
  return result.rows.map(toStep);
}

function toStep(row: StepRow): StreamStep {
  const { aggregate_id: aggregateId, version, event_type: type, schema_version: schemaVersion, data } = row;
  if (type === null) return { kind: 'snapshot', aggregateId, version, state: data };
  return { kind: 'event', aggregateId, version, type, schemaVersion, data };
}
