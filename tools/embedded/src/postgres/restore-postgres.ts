import type { BaseBackup } from './base-backup.js';
import { prepareRecovery } from './prepare-recovery.js';
import { findCluster, runCluster, type PostgresOptions, type PostgresServer } from './run-cluster.js';
import { untilTrue, withSuperuser } from './with-superuser.js';

export interface RestoreOptions extends PostgresOptions {
  readonly backup: BaseBackup;
  /** Up to where the log is replayed, inclusive: a position of the log, or a time as Postgres writes it. Later than the backup. */
  readonly until: { readonly lsn: string } | { readonly time: string };
}

const DEADLINE_MS = 60_000;

/**
 * A point-in-time restore: the server of the backup as it was then, in an empty `dataDir`, in a new timeline. It reads the
 * log from the folder of the server that the backup was taken of, which may be stopped or running.
 * @throws ServerStartError with the reason and the server's last lines; nothing is left running then
 */
export async function restorePostgres(options: RestoreOptions): Promise<PostgresServer> {
  const { backup, until } = options;
  const cluster = await findCluster(options);
  await prepareRecovery(cluster, backup, {
    signal: 'recovery',
    settings: {
      restore_command: `cp "${backup.walFolder}/%f" "%p"`,
      recovery_target_action: 'promote',
      ...('lsn' in until ? { recovery_target_lsn: until.lsn } : { recovery_target_time: until.time }),
    },
  });
  const server = await runCluster(cluster, options);
  try {
    await withSuperuser(server.url, (client) =>
      untilTrue(client, 'select not pg_is_in_recovery()', [], {
        what: 'the restore',
        deadlineMs: DEADLINE_MS,
      }),
    );
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}
