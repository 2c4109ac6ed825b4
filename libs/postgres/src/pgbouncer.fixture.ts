import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, spawnServer, untilReady } from '@eventfleet/embedded';
import { testServers } from '@eventfleet/testing';

/** Where packages put it, also if that is on nobody's path but root's. */
const PROGRAM = ['pgbouncer', '/usr/sbin/pgbouncer'].find(
  (program) => spawnSync(program, ['--version']).status === 0,
);
/** Any account that is not root, as which PgBouncer refuses to run. */
const NOBODY = 65_534;

export interface PgBouncer {
  /** Of the maintenance database. */
  readonly url: string;
  stop(): Promise<void>;
}

/** `describe` for what needs PgBouncer; skipped by name if none is installed. */
export function describeWithPgbouncer(name: string, suite: () => void): void {
  if (PROGRAM === undefined) describe.skip(`${name} (no PgBouncer is installed)`, suite);
  else describe(name, suite);
}

/**
 * A PgBouncer in front of the Postgres of this run.
 * @param connectQuery what it asks of each session of the server when that begins
 */
export async function startPgbouncer(
  settings: Readonly<Record<string, string>>,
  connectQuery = 'select 1',
): Promise<PgBouncer> {
  const { hostname, port: serverPort, username, password } = new URL(testServers().postgresUrl);
  const folder = await mkdtemp(join(tmpdir(), 'pgbouncer-'));
  const users = join(folder, 'users.txt');
  const config = join(folder, 'pgbouncer.ini');
  const port = await freePort();
  await writeFile(users, `"${decodeURIComponent(username)}" "${decodeURIComponent(password)}"\n`);
  await writeFile(
    config,
    iniOf(`* = host=${hostname} port=${serverPort} connect_query='${connectQuery}'`, {
      listen_addr: '127.0.0.1',
      listen_port: String(port),
      unix_socket_dir: '',
      auth_type: 'scram-sha-256',
      auth_file: users,
      server_reset_query: '',
      ...settings,
    }),
  );
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await chmod(folder, 0o755);
  const server = await spawnServer({
    name: 'pgbouncer',
    command: PROGRAM!,
    args: [config],
    logFile: join(folder, 'log'),
    pidFile: join(folder, 'pgbouncer.pid'),
    cwd: '/',
    stopSignal: 'SIGTERM',
    ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  await untilReady(server, () => accepts(port), 10_000);
  return {
    url: `postgres://${username}:${password}@127.0.0.1:${port}/postgres`,
    async stop() {
      server.kill('SIGKILL');
      await server.exited;
      await rm(folder, { recursive: true });
    },
  };
}

function iniOf(database: string, settings: Readonly<Record<string, string>>): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  return ['[databases]', database, '[pgbouncer]', ...lines, ''].join('\n');
}

function accepts(port: number): Promise<true | string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.destroy());
    socket.once('error', () => resolve('it does not listen'));
    socket.once('close', (hadError) => hadError || resolve(true));
  });
}
