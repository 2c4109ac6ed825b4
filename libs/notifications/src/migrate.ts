import { runMigrations } from '@eventfleet/postgres';
import { CreateNotifierInbox1764000000101 } from './migrations/1-create-notifier-inbox.migration.js';
import { CreateMailQuotas1764000000102 } from './migrations/2-create-mail-quotas.migration.js';

/** The newest migration: the schema that this code needs. */
export const NOTIFIER_SCHEMA = CreateMailQuotas1764000000102.name;

/** Brings the schema `notifier` of the event store's database to its newest form. Idempotent, one at a time. */
export function migrateNotifier(eventStoreUrl: string): Promise<string[]> {
  return runMigrations({
    url: eventStoreUrl,
    migrations: [CreateNotifierInbox1764000000101, CreateMailQuotas1764000000102],
    applicationName: 'eventfleet-migrate',
  });
}
