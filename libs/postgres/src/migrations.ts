import pg from 'pg';
import type { MigrationInterface } from 'typeorm';
import { sqlState } from './sql-state.js';

const TABLE = 'schema_migrations';
/** Any constant will do, as long as every migrating process uses the same one. */
const LOCK_ID = 7_315_402_118;
const INVALID_CATALOG_NAME = '3D000';
/** duplicate_database; or unique_violation, where another process created it in the very same moment. */
const CREATED_MEANWHILE: ReadonlySet<string | undefined> = new Set(['42P04', '23505']);

export interface MigrationOptions {
  readonly url: string;
  readonly migrations: (new () => MigrationInterface)[];
  readonly applicationName: string;
  /** Where the tables are made, those that tell what has run included; made if missing. Usually the default schema. */
  readonly schema?: string;
}

/**
 * Brings a database to its newest schema. Idempotent; one process at a time migrates a database (an advisory
 * lock; the others wait), each migration in a transaction of its own. A database that does not exist is created.
 * @returns the names of the migrations that ran
 */
export async function runMigrations(options: MigrationOptions): Promise<string[]> {
  await ensureDatabase(options.url);
  const lock = new pg.Client({ connectionString: options.url, application_name: options.applicationName });
  await lock.connect();
  try {
    await lock.query('select pg_advisory_lock($1)', [LOCK_ID]);
    const { schema } = options;
    if (schema) await lock.query(`create schema if not exists ${lock.escapeIdentifier(schema)}`);
    // Loaded only to migrate: it is large, and the apps need it for nothing else.
    const { DataSource } = await import('typeorm');
    const dataSource = new DataSource({
      type: 'postgres',
      url: options.url,
      migrations: options.migrations,
      migrationsTableName: TABLE,
      migrationsTransactionMode: 'each',
      applicationName: options.applicationName,
      ...(schema ? { schema, extra: { options: `-c search_path=${schema}` } } : {}),
    });
    await dataSource.initialize();
    try {
      return (await dataSource.runMigrations()).map((migration) => migration.name);
    } finally {
      await dataSource.destroy();
    }
  } finally {
    await lock.end();
  }
}

/** Whether the migration of this name has run; false too where nothing was ever migrated. */
export async function hasMigration(pool: pg.Pool, name: string): Promise<boolean> {
  const present = await pool.query<{ present: boolean }>(`select to_regclass($1) is not null as present`, [
    TABLE,
  ]);
  if (!present.rows[0]?.present) return false;
  const found = await pool.query(`select 1 from ${TABLE} where name = $1`, [name]);
  return found.rowCount === 1;
}

/** Creates the database that the URL names, unless it is there. Several processes may do so at once. */
export async function ensureDatabase(url: string): Promise<void> {
  const probe = new pg.Client({ connectionString: url });
  try {
    await probe.connect();
    return;
  } catch (error) {
    if (sqlState(error) !== INVALID_CATALOG_NAME) throw error;
  } finally {
    await probe.end().catch(() => undefined);
  }
  const maintenance = new URL(url);
  const database = decodeURIComponent(maintenance.pathname.slice(1));
  maintenance.pathname = '/postgres';
  const client = new pg.Client({ connectionString: maintenance.href });
  await client.connect();
  try {
    await client.query(`create database ${client.escapeIdentifier(database)}`);
  } catch (error) {
    if (!CREATED_MEANWHILE.has(sqlState(error))) throw error;
  } finally {
    await client.end();
  }
}
