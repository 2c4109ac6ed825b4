import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../process/ports.js';
import type { PostgresServer } from './run-cluster.js';
import { startPostgres } from './start-postgres.js';

describe('the embedded Postgres', () => {
  let folder: string;
  let port: number;
  let server: PostgresServer;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'postgres-'));
    port = await freePort();
  });
  afterEach(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  async function start(): Promise<void> {
    server = await startPostgres({ dataDir: join(folder, 'data'), port, logFile: join(folder, 'log') });
  }

  async function query(text: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    return client.query<Record<string, unknown>>(text).then(
      async ({ rows }) => client.end().then(() => rows),
      async (error: unknown) => client.end().then(() => Promise.reject(error)),
    );
  }

  it('keeps what was committed when it is killed', async () => {
    await start();
    await query('create table kept as select 42 as answer');
    server.kill('SIGKILL');
    await server.exited;

    await start();

    await expect(query('select answer from kept')).resolves.toEqual([{ answer: 42 }]);
  });

  it('starts in a folder that other users may not enter, and leaves its permissions alone', async () => {
    await chmod(folder, 0o700);

    await start();

    await expect(query('show fsync')).resolves.toEqual([{ fsync: 'on' }]);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  it('stops in order while a session is open', async () => {
    await start();
    const client = new pg.Client({ connectionString: server.url });
    client.on('error', () => undefined);
    await client.connect();

    await expect(server.stop()).resolves.toBe('exit code 0');
  });
});
