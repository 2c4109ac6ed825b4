import { migrateEventStore } from '@eventfleet/event-store';
import { migrateNotifier } from '@eventfleet/notifications';
import { migrateOperators } from '@eventfleet/operators';
import { migrateProcessManagers } from '@eventfleet/process-managers';
import { migrateReadStore } from '@eventfleet/read-models';
import { createTestDatabase, testServers, withClient } from '@eventfleet/testing';
import { DATABASE_APPS } from './database-access.js';
import { eventStoreGrants, readStoreGrants, roleOf } from './database-grants.js';

const OWNER = 'grants_owner_test';
const PASSWORD = 'owner';

/** As whoever owns a database, and is no superuser. */
function asOwner(url: string): string {
  return Object.assign(new URL(url), { username: OWNER, password: PASSWORD }).href;
}

const run = (url: string, statements: readonly string[]) =>
  withClient(url, (client) => client.query(statements.join('\n')));

it('the rights of the apps are given by an owner who is no superuser, who goes on to migrate', async () => {
  const { postgresUrl } = testServers();
  await run(postgresUrl, [
    `create role ${OWNER} login createrole password '${PASSWORD}';`,
    `grant pg_read_all_stats to ${OWNER} with admin option;`,
  ]);
  const databases = [await createTestDatabase('owned-events'), await createTestDatabase('owned-rows')];
  for (const { url } of databases) {
    const name = new URL(url).pathname.slice(1);
    await run(postgresUrl, [`alter database ${name} owner to ${OWNER};`]);
  }
  const [events = '', rows = ''] = databases.map(({ url }) => asOwner(url));
  for (const migrate of [migrateEventStore, migrateProcessManagers, migrateNotifier, migrateOperators])
    await migrate(events);
  await migrateReadStore(rows);
  // By a rebuild before there were roles.
  await run(rows, [
    'create schema previous_user_list;',
    'create table previous_user_list.user_list (like user_list including all);',
    'create table previous_user_list.parked_events (like parked_events including all);',
  ]);

  for (let time = 1; time <= 2; time++) {
    await run(events, eventStoreGrants(events));
    await run(rows, readStoreGrants(rows));
  }

  expect(await migrateReadStore(rows)).toEqual([]);
  // What a migration and a rebuild by the command line do.
  await run(rows, [
    'alter table user_list add column later text;',
    'create table made_later ();',
    `set role ${roleOf('console')};`,
    'create schema rebuild_user_list; create table rebuild_user_list.user_list (like user_list including all);',
    'reset role; drop table rebuild_user_list.user_list; drop schema rebuild_user_list;',
  ]);
  await withClient(databases[1]!.url, async (client) => {
    await client.query(`set role ${roleOf('command-api')}`);
    await client.query('delete from previous_user_list.user_list where false');
    await client.query('select from previous_user_list.parked_events');
  });
  const { rows: readers } = await withClient(rows, (client) =>
    client.query(`select has_table_privilege('${roleOf('query-api')}', 'made_later', 'select') as may`),
  );
  expect(readers).toEqual([{ may: true }]);

  for (const { drop } of databases) await drop();
  const roles = [...DATABASE_APPS.map(roleOf), OWNER];
  await run(postgresUrl, [
    ...roles.map((role) => `drop owned by ${role};`),
    ...roles.map((role) => `drop role ${role};`),
  ]);
});
