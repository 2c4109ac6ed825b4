import type { RecordedEvent } from '@eventfleet/contracts';

/** As `EventMetadataRow` names them; times as text, so that no date is parsed and printed again. */
export const METADATA_COLUMNS = `transaction_id, global_position, event_id, event_type, schema_version, aggregate_type,
  aggregate_id, version,
  to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as occurred_at,
  correlation_id, causation_id, traceparent, actor`;

/** The columns of `events` as `EventRow` names them. */
export const EVENT_COLUMNS = `${METADATA_COLUMNS}, data::text as data`;

export interface EventRow extends EventMetadataRow {
  readonly data: string;
}

/** An event without what it says. */
export interface EventMetadataRow {
  readonly transaction_id: string;
  readonly global_position: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly schema_version: number;
  readonly aggregate_type: string;
  readonly aggregate_id: string;
  readonly version: number;
  readonly occurred_at: string;
  readonly correlation_id: string;
  readonly causation_id: string;
  readonly traceparent: string;
  readonly actor: string | null;
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
    ...(row.actor !== null && { actor: row.actor }),
  };
}
