import type { RecordedEvent } from '@eventfleet/contracts';

/** The columns of `events` as `EventRow` names them; times as text, so that no date is parsed and printed again. */
export const EVENT_COLUMNS = `transaction_id, global_position, event_id, event_type, schema_version, aggregate_type,
  aggregate_id, version, data::text as data,
  to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as occurred_at,
  correlation_id, causation_id, traceparent`;

export interface EventRow {
  readonly transaction_id: string;
  readonly global_position: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly schema_version: number;
  readonly aggregate_type: string;
  readonly aggregate_id: string;
  readonly version: number;
  readonly data: string;
  readonly occurred_at: string;
  readonly correlation_id: string;
  readonly causation_id: string;
  readonly traceparent: string;
}

export function toRecordedEvent(row: EventRow): RecordedEvent {
  return {
    eventId: row.event_id,
    type: row.event_type,
    schemaVersion: row.schema_version,
    aggregateType: row.aggregate_type,
    aggregateId: row.aggregate_id,
    version: row.version,
    globalPosition: row.global_position,
    occurredAt: row.occurred_at,
    data: row.data,
    correlationId: row.correlation_id,
    causationId: row.causation_id,
    traceparent: row.traceparent,
  };
}
