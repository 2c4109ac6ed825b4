import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requireFreePort } from '../process/ports.js';
import { spawnServer, untilReady, type ServerProcess } from '../process/server-process.js';
import { postgresBinaries, type PostgresBinaries } from './postgres-binaries.js';
import type { ServerCertificate } from '../tls/certificates.js';
import { postgresUser, type PostgresUser } from './postgres-user.js';
import { tlsSettings } from './tls-settings.js';

export interface PostgresOptions {
  /** Owned by Postgres alone; made when missing. */
  readonly dataDir: string;
  /** On the loopback interface. */
  readonly port: number;
  readonly logFile: string;
  readonly pidFile?: string;
  /** Connections are encrypted then, and others are refused. */
  readonly certificate?: ServerCertificate;
  /** Called once with what takes long. */
  readonly progress?: (line: string) => void;
  /** Gives up the start when it aborts. */
  readonly signal?: AbortSignal;
}

/** `stop` ends open sessions, flushes, and exits. */
export interface PostgresServer extends ServerProcess {
  /** Of the maintenance database, as superuser. */
  readonly url: string;
}

/** A data folder, and as whom and by what it is run. */
export interface Cluster {
  readonly folder: string;
  readonly user: PostgresUser;
  readonly binaries: PostgresBinaries;
}

export const POSTGRES = 'postgres';
export const SUPERUSER = 'postgres';
export const PASSWORD = 'postgres';
const START_MS = 60_000;

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  wal_compression: 'on',
  max_wal_size: '2GB',
  // At its first change after a checkpoint a page goes into the WAL as a whole: so checkpoints are rare.
  checkpoint_timeout: '15min',
  // The log must not hold what the tables hold: no parameters, and no DETAIL or CONTEXT that quotes a row.
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_error_verbosity: 'terse',
};

/**
 * Where the cluster of these options is, or is to be made.
 * @throws ServerStartError if the port is taken, or Postgres cannot run here
 */
export async function findCluster({ dataDir, port }: PostgresOptions): Promise<Cluster> {
  await requireFreePort(POSTGRES, port, 'EVENTFLEET_POSTGRES_PORT');
  const binaries = postgresBinaries();
  await mkdir(dataDir, { recursive: true });
  const user = await postgresUser(dataDir, binaries.postgres);
  return { folder: join(dataDir, '18'), user, binaries };
}

/**
 * Runs a cluster that exists, and waits until it accepts connections.
 * @throws ServerStartError with the reason and the server's last lines; nothing is left running then
 */
export async function runCluster(cluster: Cluster, options: PostgresOptions): Promise<PostgresServer> {
  const { folder, user, binaries } = cluster;
  const { dataDir, certificate } = options;
  const tls = certificate ? await tlsSettings(dataDir, certificate, user) : {};
  const settings = Object.entries({ ...SETTINGS, ...tls }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const server = await spawnServer({
    name: POSTGRES,
    ...user.commandLine(binaries.postgres, ['-D', folder, '-p', String(options.port), ...settings]),
    ...user.ids,
    logFile: options.logFile,
    pidFile: options.pidFile,
    stopSignal: 'SIGINT',
    graceMs: 20_000,
  });
  try {
    await untilReady(server, () => acceptsConnections(folder, server.pid), START_MS, options.signal);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { ...server, url: `postgres://${SUPERUSER}:${PASSWORD}@127.0.0.1:${options.port}/postgres` };
}

/** The last line of the lock file says so: https://github.com/postgres/postgres/blob/REL_18_STABLE/src/include/utils/pidfile.h */
async function acceptsConnections(folder: string, pid: number): Promise<true | string> {
  const lines = (await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  return (lines[0] === String(pid) && lines[7]?.trim() === 'ready') || 'it accepts no connections';
}
