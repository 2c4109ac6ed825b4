import { runMigrations } from '@eventfleet/postgres';
import {
  AddAppliedEvents1764000000005,
  CreateParkedEvents1764000000003,
  CreateProjectionTables1764000000001,
} from '@eventfleet/projections';
import { CreateProcessManagers1764000000004 } from './migrations/1-create-process-managers.migration.js';
import { AddActor1764000000006 } from './migrations/2-add-actor.migration.js';

/** The schema, in the event store's database, of all tables of the process managers. */
export const SCHEMA = 'process_managers';

/** The newest migration: the schema that this code needs. */
export const PROCESS_MANAGERS_SCHEMA = AddActor1764000000006.name;

/** Brings the schema of the process managers, in the event store's database, to its newest form. Idempotent. */
export function migrateProcessManagers(url: string): Promise<string[]> {
  return runMigrations({
    url,
    schema: SCHEMA,
    migrations: [
      CreateProjectionTables1764000000001,
      CreateParkedEvents1764000000003,
      CreateProcessManagers1764000000004,
      AddAppliedEvents1764000000005,
      AddActor1764000000006,
    ],
    applicationName: 'eventfleet-migrate',
  });
}
