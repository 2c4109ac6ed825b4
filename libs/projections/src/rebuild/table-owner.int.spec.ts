import { createPool, runMigrations, withClient } from '@eventfleet/postgres';
import { createTestDatabase } from '@eventfleet/testing';
import { CreateProjectionTables1764000000001 } from '../migrations/1-create-projection-tables.migration.js';
import { CreateParkedEvents1764000000003 } from '../migrations/2-create-parked-events.migration.js';
import { AddAppliedEvents1764000000005 } from '../migrations/3-add-applied-events.migration.js';
import { PartitionVersions1764000000006 } from '../migrations/4-partition-versions.migration.js';
import { journal } from '../runtime/projection-runtime.fixture.js';
import { createGeneration } from './create-generation.js';
import { swapGenerations } from './swap-generations.js';

const OWNER = 'table_owner_test';
const READER = 'table_reader_test';
const { name, tables } = journal;

function migrate(url: string): Promise<unknown> {
  const migrations = [
    CreateProjectionTables1764000000001,
    CreateParkedEvents1764000000003,
    AddAppliedEvents1764000000005,
    PartitionVersions1764000000006,
  ];
  return runMigrations({ url, migrations, applicationName: 'test' });
}

it('gives new tables to the owner of the live ones, whoever rebuilds', async () => {
  const database = await createTestDatabase('owner', migrate);
  const pool = createPool({ url: database.url, applicationName: 'test', max: 2 });
  await pool.query(`create table journal (id uuid, version integer, name text)`);
  await pool.query(`create table versions partition of projection_versions for values in ('${name}')`);
  const owned = async () => {
    const { rows } = await pool.query<{ name: string }>(
      `select nspname as name from pg_namespace where pg_get_userbyid(nspowner) = $1
       union all select schemaname || '.' || tablename from pg_tables where tableowner = $1`,
      [OWNER],
    );
    return rows.map((row) => row.name).toSorted();
  };
  await pool.query(`create role ${OWNER}`);
  await pool.query(`grant create on schema public to ${OWNER}`);
  await pool.query(
    `do $$ begin execute format('grant create on database %I to ${OWNER}', current_database()); end $$`,
  );
  await pool.query(`create role ${READER}`);
  await pool.query(`grant usage on schema public to ${READER}`);
  const live = ['journal', 'parked_events', 'projection_checkpoints', 'projection_rebuilds'];
  const versions = ['projection_versions', 'projection_versions_default', 'versions'];
  for (const table of [...live, ...versions]) await pool.query(`alter table ${table} owner to ${OWNER}`);
  await pool.query(`grant select, delete on journal, parked_events to ${READER}`);
  const readable = (schema: string) =>
    withClient(pool, async (client) => {
      await client.query(`set role ${READER}`);
      await client.query(`delete from ${schema}.journal`);
      const { rows } = await client.query<{ count: number }>(
        `select count(*)::integer as count from ${schema}.parked_events`,
      );
      await client.query('reset role');
      return rows[0]?.count;
    });
  const publicTables = [...live, ...versions].map((table) => `public.${table}`);

  await createGeneration(pool, {
    projection: {
      ...journal,
      aggregateType: 'user',
      foldHistories: () => ({ rows: [], versions: [] }),
    } as never,
    topic: 'user-events',
    identity: { clusterId: 'c', topicId: 't', partitions: 1 },
    ends: new Map([[0, 0n]]),
    expectedEvents: 0,
  });
  const made = [
    'journal',
    'parked_events',
    'projection_checkpoints',
    'projection_versions',
    'deferred_streams',
  ];
  expect(await owned()).toEqual(
    [
      ...publicTables,
      'rebuild_writing_down',
      ...made.map((table) => `rebuild_writing_down.${table}`),
    ].toSorted(),
  );

  // As an erasure does: else it could never end.
  expect(await readable('rebuild_writing_down')).toBe(0);

  await withClient(pool, async (client) => {
    await client.query('begin');
    await swapGenerations(client, {
      projection: name,
      tables,
      partition: 'versions',
      from: 'new',
      to: 'previous',
    });
  });
  const kept = ['journal', 'parked_events', 'projection_checkpoints', 'projection_versions'];
  expect(await owned()).toEqual(
    [
      ...publicTables,
      'previous_writing_down',
      ...kept.map((table) => `previous_writing_down.${table}`),
    ].toSorted(),
  );

  expect(await readable('previous_writing_down')).toBe(0);

  await pool.query(`drop owned by ${OWNER}, ${READER} cascade`);
  await pool.query(`drop role ${OWNER}, ${READER}`);
  await pool.end();
  await database.drop();
});
