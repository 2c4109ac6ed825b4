import { userEvents, type RecordedEvent, type UserEvent } from '@eventfleet/contracts';
import { migrateEventStore } from '@eventfleet/event-store';
import { countMails, markOrigin, migrateNotifier, type MailCounts } from '@eventfleet/notifications';
import { createPool } from '@eventfleet/postgres';
import { createTestDatabase, recordedHistory } from '@eventfleet/testing';
import type pg from 'pg';

export interface InboxFixture {
  readonly url: string;
  readonly pool: pg.Pool;
  /** Stores a whole history, as command-api would, and returns it as it would be published. */
  store(userId: string, events: readonly UserEvent[]): Promise<RecordedEvent[]>;
  counts(): Promise<MailCounts>;
  close(): Promise<void>;
}

/** An event store with an inbox; mails are due from its first event on. */
export async function openInbox(): Promise<InboxFixture> {
  const { url, drop } = await createTestDatabase('notifier', migrateEventStore, migrateNotifier);
  const pool = createPool({ url, applicationName: 'test', max: 8 });
  await markOrigin(pool);
  return {
    url,
    pool,
    async store(userId, events) {
      const history = recordedHistory(userEvents, userId, events);
      const stored: RecordedEvent[] = [];
      for (const event of history) stored.push(await insertEvent(pool, event));
      return stored;
    },
    counts: () => countMails(pool),
    async close() {
      await pool.end();
      await drop();
    },
  };
}

async function insertEvent(pool: pg.Pool, event: RecordedEvent): Promise<RecordedEvent> {
  const { rows } = await pool.query<{ global_position: string }>(
    `insert into events (event_id, aggregate_type, aggregate_id, version, event_type, schema_version, data,
                         occurred_at, correlation_id, causation_id, traceparent)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning global_position`,
    [
      event.eventId,
      event.aggregateType,
      event.aggregateId,
      event.version,
      event.type,
      event.schemaVersion,
      event.data,
      event.occurredAt,
      event.correlationId,
      event.causationId,
      event.traceparent,
    ],
  );
  return { ...event, globalPosition: rows[0]!.global_position };
}
