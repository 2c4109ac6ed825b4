import type pg from 'pg';
import type { TailPosition } from './read-tail.js';
import type { SnapshotKind } from './write-snapshots.js';

/** A part of the tail, and how many of its events are looked at. */
export interface GapSearch extends SnapshotKind {
  readonly after: TailPosition;
  /** Included. A position that was read from the tail. */
  readonly until: TailPosition;
  readonly limit: number;
  /** A stream needs a snapshot for each multiple of so many events. */
  readonly every: number;
}

export interface SnapshotGaps {
  /** Everything up to here was looked at; undefined: there was nothing to look at. */
  readonly end: TailPosition | undefined;
  /** In the order of the tail, and so of versions. */
  readonly missing: readonly { readonly aggregateId: string; readonly version: number }[];
}

interface Row {
  readonly transaction_id: string;
  readonly global_position: string;
  readonly aggregate_id: string | null;
  readonly version: number;
}

/** Which streams have passed a multiple of `every` in this part of the tail, and have no snapshot from there to the next. */
export async function findMissingSnapshots(
  pool: pg.Pool,
  { aggregateType, schemaVersion, after, until, limit, every }: GapSearch,
): Promise<SnapshotGaps> {
  const { rows } = await pool.query<Row>({
    name: 'find-missing-snapshots',
    text: `
      with page as materialized (
        select transaction_id, global_position, aggregate_type, aggregate_id, version from events
        where (transaction_id, global_position) > ($1::xid8, $2::bigint)
          and (transaction_id, global_position) <= ($3::xid8, $4::bigint)
        order by events.transaction_id, events.global_position limit $5),
      missing as (
        select * from page
        where aggregate_type = $6 and version % $7::integer = 0 and not exists (
          select from snapshot_history as s
          where s.aggregate_type = $6 and s.aggregate_id = page.aggregate_id and s.schema_version = $8
            and s.version >= page.version and s.version < page.version + $7::integer))
      select page_end.transaction_id, page_end.global_position, missing.aggregate_id, missing.version
      from (select * from page order by page.transaction_id desc, page.global_position desc limit 1) as page_end
      left join missing on true
      order by missing.transaction_id, missing.global_position`,
    values: [
      after.transactionId,
      after.globalPosition,
      until.transactionId,
      until.globalPosition,
      limit,
      aggregateType,
      every,
      schemaVersion,
    ],
  });
  const last = rows[0];
  return {
    end: last && { transactionId: last.transaction_id, globalPosition: last.global_position },
    missing: rows.flatMap(({ aggregate_id: aggregateId, version }) =>
      aggregateId === null ? [] : [{ aggregateId, version }],
    ),
  };
}
