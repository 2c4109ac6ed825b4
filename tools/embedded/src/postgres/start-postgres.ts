import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requireFreePort } from '../process/ports.js';
import { runCommand } from '../process/run-command.js';
import { ServerStartError, spawnServer, untilReady, type ServerProcess } from '../process/server-process.js';
import { postgresBinaries } from './postgres-binaries.js';
import { postgresUser, type PostgresUser } from './postgres-user.js';

export interface PostgresOptions {
  /** Owned by Postgres alone; made when missing. */
  readonly dataDir: string;
  /** On the loopback interface. */
  readonly port: number;
  readonly logFile: string;
  readonly pidFile?: string;
  /** Told once what takes long. */
  readonly progress?: (line: string) => void;
  /** Gives up the start when it aborts. */
  readonly signal?: AbortSignal;
}

/** `stop` ends open sessions, flushes, and exits. */
export interface PostgresServer extends ServerProcess {
  /** Of the maintenance database, as superuser. */
  readonly url: string;
}

const NAME = 'postgres';
const SUPERUSER = 'postgres';
const PASSWORD = 'postgres';
const START_MS = 60_000;

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  wal_compression: 'on',
  max_wal_size: '2GB',
};

/**
 * Starts Postgres 18 on the loopback interface and waits until it accepts connections. Commits are durable (fsync).
 * @throws ServerStartError with the reason and the server's last lines; nothing is left running then
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  await requireFreePort(NAME, options.port, 'EVENTFLEET_POSTGRES_PORT');
  const { initdb, postgres } = postgresBinaries();
  await mkdir(options.dataDir, { recursive: true });
  const user = await postgresUser(options.dataDir, postgres);
  const cluster = join(options.dataDir, '18');
  if (!(await exists(cluster))) await createCluster(cluster, initdb, user, options);

  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = await spawnServer({
    name: NAME,
    ...user.commandLine(postgres, ['-D', cluster, '-p', String(options.port), ...settings]),
    ...user.ids,
    logFile: options.logFile,
    pidFile: options.pidFile,
    stopSignal: 'SIGINT',
    graceMs: 20_000,
  });
  try {
    await untilReady(server, () => acceptsConnections(cluster, server.pid), START_MS, options.signal);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { ...server, url: `postgres://${SUPERUSER}:${PASSWORD}@127.0.0.1:${options.port}/postgres` };
}

/** Made beside its place and then moved there, so that one which was interrupted is never taken for whole. */
async function createCluster(cluster: string, initdb: string, user: PostgresUser, options: PostgresOptions) {
  options.progress?.('creating the Postgres data folder');
  const draft = `${cluster}.new`;
  const passwordFile = join(options.dataDir, 'password');
  await rm(draft, { recursive: true, force: true });
  await writeFile(passwordFile, PASSWORD, { mode: 0o600 });
  if (user.ids) await chown(passwordFile, user.ids.uid, user.ids.gid);
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const login = [`--username=${SUPERUSER}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  const { command, args } = user.commandLine(initdb, ['-D', draft, ...login, ...locale]);
  const { ok, output } = await runCommand(command, args, { ...user.ids, signal: options.signal });
  await rm(passwordFile);
  if (!ok) throw new ServerStartError(NAME, 'initdb failed', output.split('\n').slice(-15));
  await rename(draft, cluster);
}

/** The last line of the lock file says so: https://github.com/postgres/postgres/blob/REL_18_STABLE/src/include/utils/pidfile.h */
async function acceptsConnections(cluster: string, pid: number): Promise<true | string> {
  const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  return (lines[0] === String(pid) && lines[7]?.trim() === 'ready') || 'it accepts no connections';
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
