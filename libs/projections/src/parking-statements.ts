import type { Statement } from '@eventfleet/postgres';
import type { PartitionOfProjection } from './projection-statements.js';
import type { Fault } from './describe-fault.js';
import { encodeHeaders, RECORD_COLUMNS, type ParkedRecord } from './parked-record.js';
import { isAggregateId } from './record-key.js';
import { isTooLarge } from './record-size.js';

/** What an operator wants done with a parked event. */
export type ParkingMark = 'retry' | 'discard';

/** Of a record that is too large to keep: its line says by the fault which one it was. */
const NOTHING_KEPT = { key: null, value: null, headers: {} };

/** A record to park: at fault itself, or behind one that is. */
export interface Parking extends ParkedRecord {
  readonly fault?: Fault | undefined;
}

/**
 * Parks records behind what is parked of their keys, in their order. The keys are flagged first, which locks them:
 * sequences of a key are then given out in the order of commits, whichever partition a record came through.
 */
export function parkRecords(
  { projection, topic, partition }: PartitionOfProjection,
  parkings: readonly Parking[],
  attempts: number,
): Statement[] {
  const kept = parkings.map(({ record }) => (isTooLarge(record) ? NOTHING_KEPT : record));
  const ids = [...new Set(parkings.map(({ key }) => key))].filter(isAggregateId).toSorted();
  const insert: Statement = {
    text: `insert into parked_events (projection, topic, partition, key, ${RECORD_COLUMNS}, error_code, error_message, attempts)
           select $1, $2, $3, key, record_offset, record_time, record_key, value, headers, error_code, error_message,
                  case when error_code is null then 0 else $4 end
           from unnest($5::text[], $6::bigint[], $7::bigint[], $8::bytea[], $9::bytea[], $10::json[], $11::text[],
                       $12::text[]) with ordinality
             as parked (key, record_offset, record_time, record_key, value, headers, error_code, error_message, place)
           order by place`,
    values: [
      projection,
      topic,
      partition,
      attempts,
      parkings.map(({ key }) => key),
      parkings.map(({ record }) => String(record.offset)),
      parkings.map(({ record }) => String(record.timestamp)),
      kept.map(({ key }) => key),
      kept.map(({ value }) => value),
      kept.map(({ headers }) => encodeHeaders(headers)),
      parkings.map(({ fault }) => fault?.code ?? null),
      parkings.map(({ fault }) => fault?.message ?? null),
    ],
  };
  return [...(ids.length > 0 ? [flagParked(projection, ids)] : []), insert];
}

function flagParked(projection: string, ids: readonly string[]): Statement {
  return {
    text: `insert into projection_versions (projection, aggregate_id, version, parked)
           select $1, id, 0, true from unnest($2::uuid[]) as id
           on conflict (projection, aggregate_id) do update set parked = true`,
    values: [projection, ids],
  };
}

export function unpark(projection: string, id: string): Statement {
  return {
    text: `update projection_versions set parked = false where projection = $1 and aggregate_id = $2`,
    values: [projection, id],
  };
}

export interface KeyRow {
  readonly version: number;
}

/** Locks what is known of an aggregate until the transaction ends; no row where it is no aggregate's key. */
export function lockKey(projection: string, key: string): Statement {
  return {
    text: `select version from projection_versions where projection = $1 and aggregate_id = $2 for update`,
    values: [projection, isAggregateId(key) ? key : null],
  };
}

/**
 * The first parked events of a key, in order: at most so many, and no more bytes than that unless it is one. Locks them
 * until the transaction ends: whoever marks the first one meanwhile waits, and marks what is then left of it.
 */
export function readParked(
  projection: string,
  key: string,
  limits: { readonly events: number; readonly bytes: number },
): Statement {
  return {
    text: `select sequence, partition, ${RECORD_COLUMNS}, error_code, attempts, mark
           from (select *, row_number() over in_order as place,
                        sum(coalesce(octet_length(value), 0)) over in_order as bytes
                 from (select * from parked_events where projection = $1 and key = $2 order by sequence limit $3
                       for update) first
                 window in_order as (order by sequence)) sized
           where place = 1 or bytes <= $4
           order by sequence`,
    values: [projection, key, limits.events, limits.bytes],
  };
}

export function deleteParked(projection: string, key: string, upTo: string): Statement {
  return {
    text: `delete from parked_events where projection = $1 and key = $2 and sequence <= $3`,
    values: [projection, key, upTo],
  };
}

/** Notes on a key's first event what was seen of it, and what is to be done with it. */
export function noteOnFirst(
  projection: string,
  key: string,
  { fault, attempts, mark }: { fault: Fault | undefined; attempts: number; mark: ParkingMark | undefined },
): Statement {
  return {
    text: `update parked_events set error_code = $3, error_message = $4, attempts = $5, mark = $6
           where projection = $1 and key = $2
             and sequence = (select min(sequence) from parked_events where projection = $1 and key = $2)`,
    values: [projection, key, fault?.code, fault?.message, attempts, mark],
  };
}
