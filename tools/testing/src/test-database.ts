import { testServers } from './test-servers.config.js';
import { uniquePrefix } from './unique-prefix.js';
import { withClient } from './with-client.js';

export interface TestDatabase {
  readonly url: string;
  /** Ends every session that is still open on it. */
  drop(): Promise<void>;
}

/** Makes an empty database that nobody else uses; `name` shows in its name. */
export async function createTestDatabase(name: string): Promise<TestDatabase> {
  const { postgresUrl } = testServers();
  const database = `${uniquePrefix(name)}db`.toLowerCase().replaceAll(/\W/g, '_');
  await administer(postgresUrl, `create database ${database}`);
  const url = new URL(postgresUrl);
  url.pathname = `/${database}`;
  return {
    url: url.href,
    drop: () => administer(postgresUrl, `drop database if exists ${database} with (force)`),
  };
}

async function administer(url: string, statement: string): Promise<void> {
  await withClient(url, (client) => client.query(statement));
}
