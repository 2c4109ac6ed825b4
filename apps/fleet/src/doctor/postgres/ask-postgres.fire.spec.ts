import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startPostgres, type PostgresServer } from '@eventfleet/embedded';
import { migrateReadStore } from '@eventfleet/read-models';
import { createTestDatabase, eventually, withClient, type TestDatabase } from '@eventfleet/testing';
import { ask } from '@eventfleet/resilience';
import { migrateEvents, PASSWORD } from '../doctor.fixture.js';
import type { Finding } from '../finding.js';
import { askPostgres } from './ask-postgres.js';
import { judgePostgres, judgeServers } from './judge-postgres.js';
import type { Store } from './postgres-facts.js';
import { connectStandby } from './streaming-standby.fixture.js';

/** A server of its own, whose settings no other suite depends on. */
let server: PostgresServer;
let folder: string;
let readStore: TestDatabase;

const EVENTS: Store = 'event store';

async function start(port: number): Promise<void> {
  server = await startPostgres({ dataDir: join(folder, 'data'), port, logFile: join(folder, 'log') });
}

/** Runs statements as administrator, which wait for no standby. */
async function administer(...statements: string[]): Promise<void> {
  await withClient(server.url, async (client) => {
    await client.query('set synchronous_commit = local');
    for (const statement of statements) await client.query(statement);
  });
}

function databaseUrl(name: string, login = 'postgres:postgres'): string {
  return `postgres://${login}@${new URL(server.url).host}/${name}`;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  const port = await freePort();
  await start(port);
  await administer('alter system set max_prepared_transactions = 2');
  await server.stop();
  await start(port);
  await migrateEvents(databaseUrl('events'));
  await administer(`create role fleet login password '${PASSWORD}'`);
  readStore = await createTestDatabase('doctor');
  await migrateReadStore(readStore.url);
});
afterAll(async () => {
  await server?.stop();
  await readStore?.drop();
  await rm(folder, { recursive: true });
});

async function examined(store = EVENTS, url = databaseUrl('events')): Promise<Finding[]> {
  return judgePostgres(store, 'db', await ask(() => askPostgres(store, url)));
}

/** What is not ok, by check. */
async function faults(store = EVENTS, url?: string): Promise<Record<string, Finding>> {
  const found = (await examined(store, url)).filter(({ verdict }) => verdict !== 'ok');
  return Object.fromEntries(found.map((finding) => [finding.check, finding]));
}

async function lineOf(check: string): Promise<Finding> {
  return (await examined()).find((finding) => finding.check === check)!;
}

describe('what a Postgres promises', () => {
  it('is ok, but for what one server alone cannot promise', async () => {
    expect(await faults()).toEqual({ 'synchronous standbys': expect.objectContaining({ verdict: 'risk' }) });
    expect(await faults('read store', readStore.url)).toEqual({});
  });

  it('is a risk if both stores are on one server', async () => {
    const own = await ask(() => askPostgres(EVENTS, databaseUrl('events')));
    const other = await ask(() => askPostgres('read store', readStore.url));
    expect(judgeServers(own, other)).toMatchObject([{ verdict: 'ok' }]);
    expect(judgeServers(own, own)).toMatchObject([{ verdict: 'risk' }]);
  });

  it('is wrong if a crash of the machine may damage the event store', async () => {
    await administer(
      'alter system set fsync = off',
      'alter system set full_page_writes = off',
      'select pg_reload_conf()',
    );
    try {
      await eventually(async () => (await lineOf('fsync')).value === 'off');
      const off = { verdict: 'wrong', value: 'off' };
      expect(await faults()).toMatchObject({ fsync: off, full_page_writes: off });
    } finally {
      await administer(
        'alter system reset fsync',
        'alter system reset full_page_writes',
        'select pg_reload_conf()',
      );
    }
  });

  it.each([
    ['off', 'wrong'],
    ['local', 'risk'],
    ['on', 'ok'],
  ])('with commits that are %s for the role of the fleet is %s', async (value, verdict) => {
    await administer(`alter role postgres in database events set synchronous_commit = '${value}'`);
    expect(await lineOf('synchronous_commit')).toMatchObject({ value, verdict });
  });

  it('is ok with a standby that commits wait for, and wrong while they wait for one that is away', async () => {
    await administer(`alter system set synchronous_standby_names = 'backup'`, 'select pg_reload_conf()');
    const standbys = () => lineOf('synchronous standbys');
    try {
      await eventually(async () => (await standbys()).verdict === 'wrong');
      const another = await connectStandby(server.url, 'another');
      expect(await standbys()).toMatchObject({
        value: '0 synchronous of 1 connected, 1 needed',
        verdict: 'wrong',
      });
      await another.disconnect();
      const standby = await connectStandby(server.url, 'backup');
      await eventually(async () => (await standbys()).value === '1 synchronous of 1 connected');
      expect(await standbys()).toMatchObject({ verdict: 'ok' });
      await standby.disconnect();
      await eventually(async () => (await standbys()).verdict === 'wrong');
    } finally {
      await administer('alter system reset synchronous_standby_names', 'select pg_reload_conf()');
    }
  });

  it('names what holds the tail back', async () => {
    await withClient(
      databaseUrl('postgres'),
      async (holder) => {
        await holder.query('begin');
        const { rows } = await holder.query<{ pid: number }>(
          'select pg_backend_pid() as pid, pg_current_xact_id()',
        );
        expect(await lineOf('oldest writing transaction')).toMatchObject({
          value: expect.stringContaining(`pid ${rows[0]?.pid} (holder)`),
        });
        await holder.query(`prepare transaction 'doctor'`);
        expect(await lineOf('prepared transactions')).toMatchObject({
          value: expect.stringMatching(/^1, the oldest \d/),
        });
        await holder.query(`rollback prepared 'doctor'`);
      },
      { application_name: 'holder' },
    );
    expect(await lineOf('prepared transactions')).toMatchObject({ value: 'none' });
  });

  it('is partly unknown to a role that may not see it', async () => {
    const found = await faults(EVENTS, databaseUrl('events', `fleet:${PASSWORD}`));
    expect(Object.keys(found)).toEqual([
      'migrations',
      'synchronous standbys',
      'oldest writing transaction',
      'keys of personal data',
    ]);
    expect(found).toMatchObject({
      'oldest writing transaction': { verdict: 'risk', value: 'unknown' },
      migrations: { verdict: 'risk', value: expect.stringContaining('permission denied') },
    });
  });

  it('is wrong before the migrations', async () => {
    await administer('create database empty');
    expect(await faults(EVENTS, databaseUrl('empty'))).toMatchObject({
      migrations: { verdict: 'wrong', value: 'missing: event store, notifier, process managers' },
    });
    expect(await faults('read store', databaseUrl('empty'))).toMatchObject({
      migrations: { verdict: 'wrong', value: 'missing: read store' },
    });
  });
});
