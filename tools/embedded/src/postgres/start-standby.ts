import type pg from 'pg';
import { prepareRecovery } from './prepare-recovery.js';
import {
  findCluster,
  PASSWORD,
  runCluster,
  SUPERUSER,
  type PostgresOptions,
  type PostgresServer,
} from './run-cluster.js';
import { setParameter, untilTrue, withSuperuser } from './with-superuser.js';

export interface StandbyOptions extends PostgresOptions {
  /** The running server that it follows: the address of its maintenance database, as superuser. */
  readonly primary: { readonly url: string };
  /** Whether a commit on the primary waits until this standby has it on disk. */
  readonly synchronous: boolean;
}

export interface Standby extends PostgresServer {
  /** Its name in `pg_stat_replication` and `synchronous_standby_names` of the primary. */
  readonly applicationName: string;
  /** Receives nothing more from the primary, and is not promoted. */
  disconnect(): Promise<void>;
  /** Takes writes from now on, in a new timeline. Everything that it received is kept. Waits until it is so. */
  promote(): Promise<void>;
}

const DEADLINE_MS = 60_000;

/**
 * Makes a streaming standby of a running Postgres in an empty `dataDir`, starts it, and waits until it has caught up. It
 * answers queries that only read. Killed, it starts again by `startPostgres` in its `dataDir`, and follows on.
 * @throws ServerStartError with the reason and the server's last lines, Error if it does not catch up within a minute;
 *   nothing is left running then
 */
export async function startStandby(options: StandbyOptions): Promise<Standby> {
  const { primary, synchronous, port } = options;
  const applicationName = `standby_${port}`;
  const cluster = await findCluster(options);
  await prepareRecovery(cluster, primary.url, followerSettings(primary.url, applicationName));
  const server = await runCluster(cluster, options);
  try {
    await withSuperuser(primary.url, (client) => join(client, applicationName, synchronous));
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    ...server,
    applicationName,
    disconnect: () => disconnect(server.url),
    promote: () => promote(server.url),
  };
}

function followerSettings(primaryUrl: string, applicationName: string): Record<string, string> {
  const { hostname, port } = new URL(primaryUrl);
  return {
    primary_conninfo: `host=${hostname} port=${port} user=${SUPERUSER} password=${PASSWORD} application_name=${applicationName}`,
    // Soon there again after the primary was.
    wal_retrieve_retry_interval: '200ms',
  };
}

/** Only one that has caught up is waited for: the primary commits all the while. */
async function join(client: pg.Client, applicationName: string, synchronous: boolean): Promise<void> {
  const until = (condition: string, what: string) =>
    untilTrue(
      client,
      `select ${condition} from pg_stat_replication where application_name = $1`,
      [applicationName],
      {
        what: `the standby ${applicationName} ${what}`,
        deadlineMs: DEADLINE_MS,
      },
    );
  await until(`state = 'streaming'`, 'catching up');
  if (!synchronous) return;
  await setParameter(client, 'synchronous_standby_names', applicationName);
  await until(`sync_state = 'sync'`, 'becoming synchronous');
}

function disconnect(url: string): Promise<void> {
  return withSuperuser(url, async (client) => {
    await setParameter(client, 'primary_conninfo', undefined);
    await untilTrue(client, 'select count(*) = 0 from pg_stat_wal_receiver', [], {
      what: 'the end of replication',
      deadlineMs: DEADLINE_MS,
    });
  });
}

function promote(url: string): Promise<void> {
  return withSuperuser(url, async (client) => {
    await client.query('select pg_promote(false)');
    await untilTrue(client, 'select not pg_is_in_recovery()', [], {
      what: 'the promotion',
      deadlineMs: DEADLINE_MS,
    });
  });
}
