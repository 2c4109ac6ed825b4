import { runMigrations } from '@eventfleet/postgres';
import {
  AddAppliedEvents1764000000005,
  CreateParkedEvents1764000000003,
  CreateProjectionTables1764000000001,
  PartitionVersions1764000000006,
  CreateRowVerifications1764000000008,
} from '@eventfleet/projections';
import { CreateUserReadModels1764000000002 } from './migrations/1-create-user-read-models.migration.js';
import { PartitionUserVersions1764000000007 } from './migrations/2-partition-user-versions.migration.js';
import { IndexUsersByStatus1764000000009 } from './migrations/3-index-users-by-status.migration.js';

/** In the order in which they run: by the number in their names. A new one goes to the end. */
const MIGRATIONS = [
  CreateProjectionTables1764000000001,
  CreateUserReadModels1764000000002,
  CreateParkedEvents1764000000003,
  AddAppliedEvents1764000000005,
  PartitionVersions1764000000006,
  PartitionUserVersions1764000000007,
  CreateRowVerifications1764000000008,
  IndexUsersByStatus1764000000009,
];

/** The newest migration: the schema that this code needs. */
export const READ_STORE_SCHEMA = MIGRATIONS[MIGRATIONS.length - 1]!.name;

/** Brings the read store's database to its newest schema. Idempotent, one at a time. */
export function migrateReadStore(url: string): Promise<string[]> {
  return runMigrations({ url, migrations: MIGRATIONS, applicationName: 'eventfleet-migrate' });
}
