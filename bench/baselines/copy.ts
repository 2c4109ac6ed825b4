import { copyIn, copyOut, fromCopyLine } from '@eventfleet/postgres';
import type pg from 'pg';
import { openClient } from '../support/client.ts';
import { contestant } from '../support/contestant.ts';

export interface CopyOptions {
  /** With the rows to copy. */
  readonly fromUrl: string;
  /** A migrated read store. */
  readonly toUrl: string;
}

type Rows = readonly (readonly (string | null)[])[];

/** As many rows as go into one COPY. */
const CHUNK = 10_000;
const USER_COLUMNS = 'id, name, email, email_key, status, version, created_at, updated_at';
const VERSION_COLUMNS = 'projection, aggregate_id, version, event_id, contribution';

/**
 * The rows of the user list and of its versions, copied into bare tables; then the same keys and indexes. Two
 * connections, one a table. The rows are in memory before the clock starts.
 * @returns milliseconds
 */
contestant(async ({ fromUrl, toUrl }: CopyOptions): Promise<number> => {
  const source = await openClient(fromUrl);
  const users = await readRows(source, `select ${USER_COLUMNS} from user_list order by id`);
  const versions = await readRows(
    source,
    `select ${VERSION_COLUMNS} from projection_versions where projection = 'user-list' order by aggregate_id`,
  );
  await source.end();
  const [one, other] = [await openClient(toUrl), await openClient(toUrl)];
  for (const client of [one, other]) await client.query('set synchronous_commit = off');
  await one.query(`create schema bare`);
  await one.query(`create table bare.user_list (like user_list including all excluding indexes)`);
  await one.query(`create table bare.versions (like projection_versions including all excluding indexes)`);
  const begin = performance.now();
  await Promise.all([copyUsers(one, users), copyVersions(other, versions)]);
  return performance.now() - begin;
});

async function readRows(client: pg.Client, query: string): Promise<Rows> {
  return (await copyOut(client, query)).map(fromCopyLine);
}

async function copyUsers(client: pg.Client, rows: Rows): Promise<void> {
  await copy(client, `bare.user_list (${USER_COLUMNS})`, rows);
  await client.query('alter table bare.user_list add primary key (id)');
  await client.query('create index on bare.user_list (created_at desc, id desc)');
  await client.query('create index on bare.user_list (email_key)');
  await client.query('create index on bare.user_list (name_key text_pattern_ops)');
  await client.query('create index on bare.user_list (status, created_at desc, id desc)');
  await client.query('create index on bare.user_list (status, name_key text_pattern_ops)');
}

async function copyVersions(client: pg.Client, rows: Rows): Promise<void> {
  await copy(client, `bare.versions (${VERSION_COLUMNS})`, rows);
  await client.query('alter table bare.versions add primary key (projection, aggregate_id)');
}

async function copy(client: pg.Client, target: string, rows: Rows): Promise<void> {
  for (let index = 0; index < rows.length; index += CHUNK) {
    await copyIn(client, target, rows.slice(index, index + CHUNK));
  }
}
