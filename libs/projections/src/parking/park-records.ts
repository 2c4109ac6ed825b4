import type { Statement } from '@eventfleet/postgres';
import type { PartitionOfProjection } from '../runtime/projection-statements.js';
import { isAggregateId } from '../runtime/record-key.js';
import type { Fault } from './describe-fault.js';
import { encodeHeaders, RECORD_COLUMNS, type ParkedRecord } from './parked-record.js';

/** A record to park: at fault itself, or behind one that is. */
export interface RecordToPark extends ParkedRecord {
  readonly fault?: Fault | undefined;
}

/**
 * Parks records behind the parked events of their keys, in their order. The keys are flagged first, which locks them.
 * So the sequences of a key follow the order of commits, whichever partition a record came through.
 */
export function parkRecords(
  { projection, topic, partition }: PartitionOfProjection,
  records: readonly RecordToPark[],
  attempts: number,
): Statement[] {
  const ids = [...new Set(records.map(({ key }) => key))].filter(isAggregateId).toSorted();
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
      records.map(({ key }) => key),
      records.map(({ record }) => String(record.offset)),
      records.map(({ record }) => String(record.timestamp)),
      records.map(({ record }) => record.key),
      records.map(({ record }) => record.value),
      records.map(({ record }) => encodeHeaders(record.headers)),
      records.map(({ fault }) => fault?.code ?? null),
      records.map(({ fault }) => fault?.message ?? null),
    ],
  };
  return [...(ids.length > 0 ? [flagParkedKeys(projection, ids)] : []), insert];
}

function flagParkedKeys(projection: string, ids: readonly string[]): Statement {
  return {
    text: `insert into projection_versions (projection, aggregate_id, version, parked)
           select $1, id, 0, true from unnest($2::uuid[]) as id
           on conflict (projection, aggregate_id) do update set parked = true`,
    values: [projection, ids],
  };
}
