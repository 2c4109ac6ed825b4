import { testServers } from './test-servers.config.js';
import { uniquePrefix } from './unique-prefix.js';
import { withClient } from './with-client.js';

export interface TestDatabase {
  readonly url: string;
  /** Ends every session that is still open on it. */
  drop(): Promise<void>;
}

/** Brings the database at a URL to its newest schema. */
type Migrate = (url: string) => Promise<unknown>;

/**
 * Makes a database that nobody else uses, empty or migrated; `name` shows in its name. On a server of the test run's own
 * each set of migrations runs once, into a template that is copied: to load what migrates costs more than to migrate.
 */
export async function createTestDatabase(
  name: string,
  ...migrations: readonly Migrate[]
): Promise<TestDatabase> {
  const { postgresUrl, hasTemplates } = testServers();
  const database = `${uniquePrefix(name)}db`.toLowerCase().replaceAll(/\W/g, '_');
  const url = urlOf(postgresUrl, database);
  const drop = () => administer(postgresUrl, `drop database if exists ${database} with (force)`);
  if (hasTemplates && migrations.length > 0) {
    const template = await ensureTemplate(postgresUrl, migrations);
    await administer(postgresUrl, `create database ${database} template ${template}`);
  } else {
    await administer(postgresUrl, `create database ${database}`);
    for (const migrate of migrations) await migrate(url);
  }
  return { url, drop };
}

/** One test process at a time makes a template. It gets its name once it is complete. */
async function ensureTemplate(postgresUrl: string, migrations: readonly Migrate[]): Promise<string> {
  const template = `template_${migrations.map(({ name }) => name.toLowerCase()).join('_')}`;
  await withClient(postgresUrl, async (client) => {
    await client.query('select pg_advisory_lock(hashtext($1))', [template]);
    const found = await client.query('select from pg_database where datname = $1', [template]);
    if (found.rowCount === 1) return;
    const unfinished = `unfinished_${template}`;
    await client.query(`drop database if exists ${unfinished}`);
    await client.query(`create database ${unfinished}`);
    for (const migrate of migrations) await migrate(urlOf(postgresUrl, unfinished));
    await client.query(`alter database ${unfinished} rename to ${template}`);
  });
  return template;
}

function urlOf(postgresUrl: string, database: string): string {
  const url = new URL(postgresUrl);
  url.pathname = `/${database}`;
  return url.href;
}

async function administer(url: string, statement: string): Promise<void> {
  await withClient(url, (client) => client.query(statement));
}
