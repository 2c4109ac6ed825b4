import { runMigrations } from '@eventfleet/postgres';
import { CreateOperatorActions1764000000001 } from './migrations/1-create-operator-actions.migration.js';

/** The schema, in the event store's database, of the log of actions: it cannot be rebuilt from anything. */
export const OPERATORS_DATABASE_SCHEMA = 'operators';

/** The newest migration: the schema that this code needs. */
export const OPERATORS_SCHEMA = CreateOperatorActions1764000000001.name;

/** Brings the schema of the operators, in the event store's database, to its newest form. Idempotent. */
export function migrateOperators(url: string): Promise<string[]> {
  return runMigrations({
    url,
    schema: OPERATORS_DATABASE_SCHEMA,
    migrations: [CreateOperatorActions1764000000001],
    applicationName: 'eventfleet-migrate',
  });
}
