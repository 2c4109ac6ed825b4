import type { Statement } from '@eventfleet/postgres';
import { isAggregateId } from '../runtime/record-key.js';
import type { Fault } from './describe-fault.js';
import { RECORD_COLUMNS, type ParkingMark, type RecordRow } from './parked-record.js';

export interface KeyRow {
  readonly version: number;
}

/** Locks the version of an aggregate until the transaction ends; no row if it is no aggregate's key. */
export function lockVersion(projection: string, key: string): Statement {
  return {
    text: `select version from projection_versions where projection = $1 and aggregate_id = $2 for update`,
    values: [projection, isAggregateId(key) ? key : null],
  };
}

export interface ParkedRow extends RecordRow {
  readonly sequence: string;
  readonly partition: number;
  readonly error_code: string | null;
  readonly attempts: number;
  readonly mark: ParkingMark | null;
}

/**
 * The first parked events of a key, in order: at most so many, and no more bytes than that unless it is one event.
 * Locks them until the transaction ends: an operator who marks the first one meanwhile waits, and marks what is left.
 */
export function lockParkedEvents(
  projection: string,
  key: string,
  limits: { readonly events: number; readonly bytes: number },
): Statement {
  return {
    text: `select sequence, partition, ${RECORD_COLUMNS}, error_code, attempts, mark
           from (select *, row_number() over in_order as place,
                        sum(coalesce(octet_length(value), 0) + octet_length(headers::text)) over in_order as bytes
                 from (select * from parked_events where projection = $1 and key = $2 order by sequence limit $3
                       for update) first
                 window in_order as (order by sequence)) sized
           where place = 1 or bytes <= $4
           order by sequence`,
    values: [projection, key, limits.events, limits.bytes],
  };
}

export function deleteParkedEvents(projection: string, key: string, upTo: string): Statement {
  return {
    text: `delete from parked_events where projection = $1 and key = $2 and sequence <= $3`,
    values: [projection, key, upTo],
  };
}

/** Sets the error, the attempts and the mark of a key's first event. */
export function updateFirstParkedEvent(
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

/** Lets later events of an aggregate be applied again. */
export function unparkKey(projection: string, id: string): Statement {
  return {
    text: `update projection_versions set parked = false where projection = $1 and aggregate_id = $2`,
    values: [projection, id],
  };
}
