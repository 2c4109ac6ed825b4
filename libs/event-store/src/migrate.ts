import { runMigrations } from '@eventfleet/postgres';
import { CreateEventStore1764000000001 } from './migrations/1-create-event-store.migration.js';
import { CreateRelayCheckpoints1764000000002 } from './migrations/2-create-relay-checkpoints.migration.js';

/** The newest migration: the schema that this code needs. */
export const EVENT_STORE_SCHEMA = CreateRelayCheckpoints1764000000002.name;

/** Brings the event store's database to its newest schema. Idempotent, one at a time. */
export function migrateEventStore(url: string): Promise<string[]> {
  return runMigrations({
    url,
    migrations: [CreateEventStore1764000000001, CreateRelayCheckpoints1764000000002],
    applicationName: 'eventfleet-migrate',
  });
}
