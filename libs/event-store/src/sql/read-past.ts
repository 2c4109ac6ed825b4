import { withArrayTexts } from '@eventfleet/postgres';
import type pg from 'pg';

/** One step towards a past state of an aggregate: a snapshot, or an event. */
export type PastStep =
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
      /** RFC 3339, UTC, milliseconds. */
      readonly occurredAt: string;
    };

/** A stream, from what is known of it up to a version. */
export interface WantedPast {
  readonly aggregateId: string;
  /** The version whose state is known already; 0: none. */
  readonly knownVersion: number;
  readonly version: number;
}

export interface PastQuery {
  readonly aggregateType: string;
  readonly wanted: readonly WantedPast[];
  /** Snapshots of another schema version are left out. */
  readonly snapshotSchemaVersion: number;
  /** Of each stream at most so many events. */
  readonly limit: number;
}

interface StepRow {
  readonly aggregate_id: string;
  readonly version: number;
  /** Null for a snapshot. */
  readonly event_type: string | null;
  readonly schema_version: number;
  readonly data: string;
  readonly occurred_at: string;
}

const EVENT = `select events.version, event_type, schema_version, data::text,
    to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as occurred_at
  from events where aggregate_type = $1 and aggregate_id = wanted.id`;

/**
 * Reads what makes many aggregates as they were at a version, in one query and so at one moment of the database. For each:
 * its last snapshot before that version, and the events after it. If nothing is known of it, the first event comes before
 * the snapshot, for its time; and the last event is always read. By aggregate and version.
 */
export async function readPast(
  pool: pg.Pool,
  { aggregateType, wanted, snapshotSchemaVersion, limit }: PastQuery,
): Promise<PastStep[]> {
  const result = await pool.query<StepRow>(
    withArrayTexts({
      // Without a name: a plan that was kept since the table was small would read all of it.
      text: `
        select wanted.id as aggregate_id, step.*
        from unnest($2::uuid[], $3::integer[], $4::integer[]) as wanted (id, known, version)
        left join lateral (
          select version, state from snapshot_history as s
          where s.aggregate_type = $1 and s.aggregate_id = wanted.id and s.schema_version = $5
            and s.version > greatest(wanted.known, 1) and s.version < wanted.version
          order by s.version desc limit 1) as base on true
        cross join lateral (
          select base.version, null as event_type, 0 as schema_version, base.state::text as data, null as occurred_at
          where base.version is not null
          union all ${EVENT} and events.version = 1 and wanted.known = 0 and base.version is not null
          union all (${EVENT} and events.version > coalesce(base.version, wanted.known)
            and events.version <= wanted.version order by events.version limit $6)) as step
        order by aggregate_id, step.version`,
      values: [
        aggregateType,
        wanted.map(({ aggregateId }) => aggregateId),
        wanted.map(({ knownVersion }) => knownVersion),
        wanted.map(({ version }) => version),
        snapshotSchemaVersion,
        limit,
      ],
    }),
  );
  return result.rows.map(toStep);
}

function toStep(row: StepRow): PastStep {
  const { aggregate_id: aggregateId, version, event_type: type, schema_version: schemaVersion, data } = row;
  if (type === null) return { kind: 'snapshot', aggregateId, version, state: data };
  return { kind: 'event', aggregateId, version, type, schemaVersion, data, occurredAt: row.occurred_at };
}
