import { chown, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../process/run-command.js';
import { ServerStartError } from '../process/server-process.js';
import {
  findCluster,
  PASSWORD,
  POSTGRES,
  runCluster,
  SUPERUSER,
  type Cluster,
  type PostgresOptions,
  type PostgresServer,
} from './run-cluster.js';

/**
 * Starts Postgres 18 on the loopback interface and waits until it accepts connections. Commits are durable (fsync). A
 * data folder of a standby starts as that standby again.
 * @throws ServerStartError with the reason and the server's last lines; nothing is left running then
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const cluster = await findCluster(options);
  if (!(await exists(cluster.folder))) await createCluster(cluster, options);
  return runCluster(cluster, options);
}

/** Made beside its place and then moved there, so that one which was interrupted is never taken for whole. */
async function createCluster({ folder, user, binaries }: Cluster, options: PostgresOptions) {
  options.progress?.('creating the Postgres data folder');
  const draft = `${folder}.new`;
  const passwordFile = join(options.dataDir, 'password');
  await rm(draft, { recursive: true, force: true });
  await writeFile(passwordFile, PASSWORD, { mode: 0o600 });
  if (user.ids) await chown(passwordFile, user.ids.uid, user.ids.gid);
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const login = [`--username=${SUPERUSER}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  const { command, args } = user.commandLine(binaries.initdb, ['-D', draft, ...login, ...locale]);
  const { ok, output } = await runCommand(command, args, { ...user.ids, signal: options.signal });
  await rm(passwordFile);
  if (!ok) throw new ServerStartError(POSTGRES, 'initdb failed', output.split('\n').slice(-15));
  await rename(draft, folder);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
