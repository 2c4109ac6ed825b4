import type pg from 'pg';
import type { KafkaRecord } from '@eventfleet/kafka';
import { RECORD_COLUMNS, toRecord, type ParkingMark, type RecordRow } from './parked-record.js';

/** Which parked events are meant; without any property all of them. */
export interface ParkedFilter {
  readonly projection?: string | undefined;
  readonly key?: string | undefined;
}

/** The state of a parked event. */
export interface ParkedState {
  readonly projection: string;
  readonly key: string;
  /** Null for an event that only waits behind another one of its key. */
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly attempts: number;
  readonly parkedAt: Date;
  readonly mark: ParkingMark | null;
}

/** The parked events of a key: the state is that of the first one. */
export interface ParkedKeySummary extends ParkedState {
  readonly waiting: number;
}

export interface ParkedEvent extends ParkedState {
  readonly topic: string;
  readonly partition: number;
  readonly record: KafkaRecord;
}

const STATE = `projection, key, error_code as "errorCode", error_message as "errorMessage", attempts,
  parked_at as "parkedAt", mark`;
const MATCHES = `($1::text is null or projection = $1) and ($2::text is null or key = $2)`;

/** One entry a key, the longest parked first; all of them, unless there is a limit. */
export async function readParkedKeys(
  pool: pg.Pool,
  filter: ParkedFilter = {},
  limit?: number,
): Promise<ParkedKeySummary[]> {
  const result = await pool.query<ParkedKeySummary>(
    `select ${STATE}, waiting from parked_events
     join (select projection, key, min(sequence) as sequence, count(*)::float8 as waiting from parked_events
           where ${MATCHES} group by projection, key) first using (projection, key, sequence)
     order by sequence limit $3`,
    [filter.projection, filter.key, limit],
  );
  return result.rows;
}

/** The first parked events of a key in each projection, in order. */
export async function readParkedEvents(
  pool: pg.Pool,
  filter: ParkedFilter & { readonly key: string },
  limit: number,
): Promise<ParkedEvent[]> {
  const result = await pool.query<ParkedState & RecordRow & { topic: string; partition: number }>(
    `select ${STATE}, topic, partition, ${RECORD_COLUMNS} from parked_events
     where ${MATCHES} order by projection, sequence limit $3`,
    [filter.projection, filter.key, limit],
  );
  return result.rows.map((row) => ({ ...row, record: toRecord(row).record }));
}

export interface ParkedTotals {
  readonly keys: number;
  readonly events: number;
}

/** By projection; a projection without parked events is absent. */
export async function readParkedTotals(pool: pg.Pool): Promise<ReadonlyMap<string, ParkedTotals>> {
  const result = await pool.query<ParkedTotals & { projection: string }>(
    `select projection, count(distinct key)::float8 as keys, count(*)::float8 as events
     from parked_events group by projection`,
  );
  return new Map(result.rows.map(({ projection, keys, events }) => [projection, { keys, events }]));
}
