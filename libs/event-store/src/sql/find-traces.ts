import type { EventMetadata } from '@eventfleet/contracts';
import type pg from 'pg';
import { METADATA_COLUMNS, type EventMetadataRow } from './event-row.js';
import type { StreamId } from './read-stream.js';
import type { TailPosition } from './read-tail.js';

/** A stored event without its data, and where it is in the tail. */
export interface EventTrace extends EventMetadata {
  readonly type: string;
  readonly position: TailPosition;
  /** Whether `readTail` returns it now: no transaction that is older than its own still runs. */
  readonly isInTail: boolean;
}

/** Which events are meant. Ids of events and aggregates have to be UUIDs. */
export type TraceFilter =
  | { readonly eventId: string }
  | { readonly correlationId: string }
  | (StreamId & { readonly versions: readonly number[] })
  | (StreamId & { readonly newest: true });

/** At most `limit` events without their data, in tail order: the first that match, or the newest of a stream. */
export async function findTraces(pool: pg.Pool, filter: TraceFilter, limit: number): Promise<EventTrace[]> {
  const isNewest = 'newest' in filter;
  const { condition, values } = toCondition(filter);
  const found = await pool.query<TraceRow>(
    isNewest
      ? `select ${COLUMNS} from events where ${condition} order by version desc limit $1`
      : // Sorted outside of what finds them: else the tail could be read from its start until so many match.
        `select * from (select ${COLUMNS} from events where ${condition} offset 0) as found
         order by transaction_id, global_position limit $1`,
    [limit, ...values],
  );
  const traces = found.rows.map(toTrace);
  return isNewest ? traces.toReversed() : traces;
}

function toCondition(filter: TraceFilter): { condition: string; values: unknown[] } {
  if ('eventId' in filter) return { condition: 'event_id = $2', values: [filter.eventId] };
  if ('correlationId' in filter) return { condition: 'correlation_id = $2', values: [filter.correlationId] };
  const stream = 'aggregate_type = $2 and aggregate_id = $3';
  const values = [filter.aggregateType, filter.aggregateId];
  if ('versions' in filter) {
    return { condition: `${stream} and version = any($4::integer[])`, values: [...values, filter.versions] };
  }
  return { condition: stream, values };
}

const COLUMNS = `${METADATA_COLUMNS}, transaction_id < pg_snapshot_xmin(pg_current_snapshot()) as is_in_tail`;

interface TraceRow extends EventMetadataRow {
  readonly is_in_tail: boolean;
}

function toTrace(row: TraceRow): EventTrace {
  return {
    eventId: row.event_id,
    type: row.event_type,
    schemaVersion: row.schema_version,
    aggregateType: row.aggregate_type,
    aggregateId: row.aggregate_id,
    version: row.version,
    globalPosition: row.global_position,
    occurredAt: row.occurred_at,
    correlationId: row.correlation_id,
    causationId: row.causation_id,
    traceparent: row.traceparent,
    ...(row.actor !== null && { actor: row.actor }),
    position: { transactionId: row.transaction_id, globalPosition: row.global_position },
    isInTail: row.is_in_tail,
  };
}
