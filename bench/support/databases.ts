import { withClient } from '@eventfleet/testing';
import type { Servers } from './servers.ts';

export function databaseUrl({ postgresUrl }: Servers, name: string): string {
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/**
 * Makes a database; with a template as its exact copy, which nobody may be connected to.
 * @returns its URL
 */
export async function createDatabase(servers: Servers, name: string, template?: string): Promise<string> {
  const copy = template === undefined ? '' : ` template ${template} strategy file_copy`;
  await administer(servers, `create database ${name}${copy}`);
  return databaseUrl(servers, name);
}

export function dropDatabase(servers: Servers, name: string): Promise<void> {
  return administer(servers, `drop database ${name} with (force)`);
}

async function administer({ postgresUrl }: Servers, statement: string): Promise<void> {
  await withClient(postgresUrl, (client) => client.query(statement));
}
