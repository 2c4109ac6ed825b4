import { withArrayTexts } from '@eventfleet/postgres';
import type pg from 'pg';
import { EventStoreError } from '../event-store.errors.js';
import { EVENT_COLUMNS, toRecordedEvent, type EventRow } from './event-row.js';
import type { TailEvent } from './read-tail.js';
import type { TailMark } from './tail-mark.js';

/** Which events of the tail are wanted. */
export interface TailFilter {
  readonly aggregateType: string;
  readonly aggregateId?: string;
  /** Absent: of any type. */
  readonly types?: readonly string[];
}

export interface FollowTailQuery {
  readonly after: TailMark;
  readonly filter: TailFilter;
  /** Events that are looked at, at most. */
  readonly scan: number;
  /** Events that are returned, at most. */
  readonly limit: number;
}

export interface TailPage {
  /** Whether this server still has the event of the mark. If not, what follows it means nothing. */
  readonly isKnown: boolean;
  /** Up to here everything was looked at: where to go on. */
  readonly end: TailMark;
  readonly events: readonly TailEvent[];
}

interface MarkRow {
  readonly is_known: boolean;
  readonly is_standby: boolean;
  readonly system_identifier: string;
  readonly end_transaction_id: string | null;
  readonly end_global_position: string;
  readonly end_event_id: string;
}

/** Without any match there is one row, with nulls for an event. */
type Row = MarkRow & (EventRow | { readonly event_id: null });

/**
 * Reads the tail on from a mark, gap-safe as `readTail`, and says in the same moment whether the mark is still known.
 * @throws EventStoreError `event-store-unavailable` if a standby does not know the mark: it may be late
 */
export async function followTail(
  pool: pg.Pool,
  { after, filter, scan, limit }: FollowTailQuery,
): Promise<TailPage> {
  const { rows } = await pool.query<Row>(
    withArrayTexts({
      // Without a name: a plan that was kept since the table was small would read all of it.
      text: `
        with page as materialized (
          select events.* from events
          where (transaction_id, global_position) > ($1::xid8, $2::bigint)
            and transaction_id < pg_snapshot_xmin(pg_current_snapshot())
          order by events.transaction_id, events.global_position limit $5),
        matching as (
          select * from page
          where aggregate_type = $6 and ($7::uuid is null or aggregate_id = $7) and ($8::text[] is null or event_type = any($8))
          order by page.transaction_id, page.global_position limit $9)
        select control.system_identifier::text, pg_is_in_recovery() as is_standby,
          $4::text = '' or $3::text = control.system_identifier::text and exists (
            select from events where (transaction_id, global_position) = ($1::xid8, $2::bigint)
              and event_id = nullif($4, '')::uuid) as is_known,
          page_end.transaction_id as end_transaction_id, page_end.global_position as end_global_position,
          page_end.event_id as end_event_id, found.*
        from pg_control_system() as control
        left join (select * from page order by page.transaction_id desc, page.global_position desc limit 1) as page_end on true
        left join (select ${EVENT_COLUMNS} from matching) as found on true
        order by found.transaction_id, found.global_position`,
      values: [
        after.transactionId,
        after.globalPosition,
        after.systemIdentifier,
        after.eventId,
        scan,
        filter.aggregateType,
        filter.aggregateId ?? null,
        filter.types ?? null,
        limit,
      ],
    }),
  );
  const mark = rows[0]!;
  if (!mark.is_known && mark.is_standby) {
    throw new EventStoreError('event-store-unavailable', 'the event store is a standby that may be late');
  }
  const events = rows.flatMap((row) => (row.event_id === null ? [] : [toTailEvent(row)]));
  const end = events.length === limit ? markOf(mark, events.at(-1)!) : (endOf(mark) ?? after);
  return { isKnown: mark.is_known, end, events };
}

function toTailEvent(row: EventRow): TailEvent {
  return {
    position: { transactionId: row.transaction_id, globalPosition: row.global_position },
    event: toRecordedEvent(row),
  };
}

/** The mark of an event that this server has. */
function markOf({ system_identifier: systemIdentifier }: MarkRow, { position, event }: TailEvent): TailMark {
  return { ...position, systemIdentifier, eventId: event.eventId };
}

function endOf(row: MarkRow): TailMark | undefined {
  if (row.end_transaction_id === null) return undefined;
  return {
    systemIdentifier: row.system_identifier,
    transactionId: row.end_transaction_id,
    globalPosition: row.end_global_position,
    eventId: row.end_event_id,
  };
}
