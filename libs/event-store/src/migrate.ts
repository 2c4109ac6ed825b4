import { runMigrations } from '@eventfleet/postgres';
import { CreateEventStore1764000000001 } from './migrations/1-create-event-store.migration.js';

/** The migrations of the event store itself, oldest first; libs that keep state beside it add their own. */
export const EVENT_STORE_MIGRATIONS = [CreateEventStore1764000000001];

/** Brings the event store's database to its newest schema. Idempotent, one at a time. */
export function migrateEventStore(
  url: string,
  extraMigrations: typeof EVENT_STORE_MIGRATIONS = [],
): Promise<string[]> {
  return runMigrations({
    url,
    migrations: [...EVENT_STORE_MIGRATIONS, ...extraMigrations],
    applicationName: 'eventfleet-migrate',
  });
}
