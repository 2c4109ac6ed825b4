import { runMigrations } from '@eventfleet/postgres';
import {
  CreateParkedEvents1764000000003,
  CreateProjectionTables1764000000001,
} from '@eventfleet/projections';
import { CreateUserReadModels1764000000002 } from './migrations/1-create-user-read-models.migration.js';

/** The newest migration: the schema that this code needs. */
export const READ_STORE_SCHEMA = CreateParkedEvents1764000000003.name;

/** Brings the read store's database to its newest schema. Idempotent, one at a time. */
export function migrateReadStore(url: string): Promise<string[]> {
  return runMigrations({
    url,
    migrations: [
      CreateProjectionTables1764000000001,
      CreateUserReadModels1764000000002,
      CreateParkedEvents1764000000003,
    ],
    applicationName: 'eventfleet-migrate',
  });
}
