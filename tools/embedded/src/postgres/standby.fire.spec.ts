import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@eventfleet/testing';
import { freePort } from '../process/ports.js';
import type { ServerProcess } from '../process/server-process.js';
import { startPostgres } from './start-postgres.js';
import { startStandby, type Standby } from './start-standby.js';
import { withSuperuser } from './with-superuser.js';

interface Place {
  readonly dataDir: string;
  readonly port: number;
  readonly logFile: string;
}

describe('a Postgres that is replicated', () => {
  let folder: string;
  let running: ServerProcess[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'standby-'));
    running = [];
  });
  afterEach(async () => {
    await Promise.all(running.map((server) => server.stop()));
    await rm(folder, { recursive: true });
  });

  const keep = <Server extends ServerProcess>(server: Server) => {
    running.push(server);
    return server;
  };
  const place = async (name: string): Promise<Place> => ({
    dataDir: join(folder, name),
    port: await freePort(),
    logFile: join(folder, `${name}.log`),
  });
  const startPrimary = async () => {
    const primary = keep(await startPostgres(await place('primary')));
    await run(primary, 'create table numbers (number integer primary key)');
    return primary;
  };
  const follow = async (primary: { url: string }, name: string, synchronous: boolean): Promise<Standby> =>
    keep(await startStandby({ ...(await place(name)), primary, synchronous }));

  it('keeps what was committed with a synchronous standby when it is killed, again and again', async () => {
    const primary = await startPrimary();
    const [first] = await identify(primary);
    const standby = await follow(primary, 'standby', true);

    await insert(primary, 1);
    primary.kill('SIGKILL');
    await standby.promote();

    expect(await numbers(standby)).toEqual([1]);
    const next = await follow(standby, 'next', true);
    await insert(standby, 2);
    standby.kill('SIGKILL');
    await next.promote();

    await insert(next, 3);
    expect(await numbers(next)).toEqual([1, 2, 3]);
    expect(await identify(next)).toEqual([{ ...first, timeline: first!.timeline + 2 }]);
  });

  it('commits nothing while the synchronous standby is away, and goes on when it is back', async () => {
    const primary = await startPrimary();
    const at = await place('standby');
    const standby = await startStandby({ ...at, primary, synchronous: true });
    standby.kill('SIGKILL');
    await standby.exited;

    let isCommitted = false;
    const inserted = insert(primary, 1).then(() => (isCommitted = true));
    const waiting = `select from pg_stat_activity where wait_event = 'SyncRep'`;
    await eventually(async () => (await run(primary, waiting)).length > 0);
    expect(isCommitted).toBe(false);
    keep(await startPostgres(at));

    await inserted;
  });

  it('loses what an asynchronous standby did not receive', async () => {
    const primary = await startPrimary();
    const [before] = await identify(primary);
    await insert(primary, 1);
    const standby = await follow(primary, 'standby', false);

    await standby.disconnect();
    await insert(primary, 2);
    await standby.promote();
    await insert(primary, 3);
    primary.kill('SIGKILL');

    await insert(standby, 4);
    expect(await numbers(standby)).toEqual([1, 4]);
    expect(await identify(standby)).toEqual([{ ...before, timeline: before!.timeline + 1 }]);
  });
});

interface Identity {
  readonly system: string;
  readonly timeline: number;
}

/** The timeline that is written in now: `pg_control_checkpoint()` has it only after the next checkpoint. */
function identify(server: { url: string }): Promise<Identity[]> {
  return run<Identity>(
    server,
    `select system_identifier::text as system,
       ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer as timeline
     from pg_control_system()`,
  );
}

function run<Row extends object>({ url }: { url: string }, text: string): Promise<Row[]> {
  return withSuperuser(url, async (client) => (await client.query<Row>(text)).rows);
}

async function insert(server: { url: string }, number: number): Promise<void> {
  await run(server, `insert into numbers values (${number})`);
}

async function numbers(server: { url: string }): Promise<number[]> {
  const rows = await run<{ number: number }>(server, 'select number from numbers order by number');
  return rows.map(({ number }) => number);
}
