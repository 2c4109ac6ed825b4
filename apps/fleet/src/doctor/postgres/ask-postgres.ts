import {
  EVENT_STORE_SCHEMA,
  findTailBlocker,
  readWrappingKeysInUse,
  type WrappingKeysInUse,
} from '@eventfleet/event-store';
import { NOTIFIER_SCHEMA } from '@eventfleet/notifications';
import { hasMigration } from '@eventfleet/postgres';
import { PROCESS_MANAGERS_SCHEMA, SCHEMA } from '@eventfleet/process-managers';
import { READ_STORE_SCHEMA } from '@eventfleet/read-models';
import type pg from 'pg';
import { ask } from '@eventfleet/resilience';
import { withPool } from '../../with-pool.js';
import { clockDifference, type ClockSample } from './clock-difference.js';
import type {
  ClockDifference,
  OpenTransactions,
  PostgresFacts,
  ServerFacts,
  ServerIdentity,
  StandbyFacts,
  Store,
} from './postgres-facts.js';

const CLOCK_SAMPLES = 3;

/**
 * Asks by sessions with the options that the fleet's own have, and changes nothing.
 * @throws Error of pg, if the server cannot be reached
 */
export function askPostgres(store: Store, url: string): Promise<PostgresFacts> {
  return withPool(
    url,
    async (pool) => {
      const server = await readServer(pool);
      // Before the others: they would take its time.
      const clock = await ask(() => compareClocks(pool));
      const [identity, standbys, transactions, unmigrated, wrappingKeys] = await Promise.all([
        ask(() => readIdentity(pool)),
        ask(() => readStandbys(pool)),
        ask(() => readTransactions(pool)),
        ask(() => findUnmigrated(store, url, pool)),
        ask(() => readWrappingKeys(store, pool)),
      ]);
      return { server, clock, identity, standbys, transactions, unmigrated, wrappingKeys };
    },
    { readOnly: true },
  );
}

async function readServer(pool: pg.Pool): Promise<ServerFacts> {
  const { rows } = await pool.query<ServerFacts>(
    `select current_setting('server_version') as "version",
       current_setting('server_version_num')::int as "versionNumber",
       pg_is_in_recovery() as "isStandby",
       current_setting('synchronous_commit') as "synchronousCommit",
       current_setting('synchronous_standby_names') as "synchronousStandbyNames",
       current_setting('fsync') as "fsync",
       current_setting('full_page_writes') as "fullPageWrites",
       current_setting('data_checksums') as "dataChecksums",
       current_setting('wal_level') as "walLevel",
       (select setting::int from pg_settings where name = 'transaction_timeout') as "transactionTimeoutMs",
       (select setting::int from pg_settings where name = 'idle_in_transaction_session_timeout') as "idleTimeoutMs",
       current_setting('log_statement') <> 'none' or exists (
         select from pg_settings where setting <> '-1' and name in (
           'log_min_duration_statement', 'log_min_duration_sample')) as "logsStatements",
       (select setting::int from pg_settings where name = 'log_parameter_max_length') as "loggedParameterBytes",
       pg_has_role('pg_read_all_stats', 'usage') as "seesAll"`,
  );
  return rows[0]!;
}

async function readIdentity(pool: pg.Pool): Promise<ServerIdentity> {
  const { rows } = await pool.query<ServerIdentity>(
    `select system_identifier::text as "systemIdentifier", timeline_id as "timeline"
     from pg_control_system(), pg_control_checkpoint()`,
  );
  return rows[0]!;
}

async function readStandbys(pool: pg.Pool): Promise<StandbyFacts> {
  const { rows } = await pool.query<StandbyFacts>(
    `select count(*)::int as connected, count(*) filter (where sync_state in ('sync', 'quorum'))::int as synchronous
     from pg_stat_replication`,
  );
  return rows[0]!;
}

async function readTransactions(pool: pg.Pool): Promise<OpenTransactions> {
  const { rows } = await pool.query<Omit<OpenTransactions, 'blocker'>>(
    `select count(*)::int as prepared,
       coalesce(extract(epoch from clock_timestamp() - min(prepared)), 0)::float8 as "oldestPreparedSeconds"
     from pg_prepared_xacts`,
  );
  return { blocker: await findTailBlocker(pool), ...rows[0]! };
}

async function compareClocks(pool: pg.Pool): Promise<ClockDifference> {
  const samples: ClockSample[] = [];
  while (samples.length < CLOCK_SAMPLES) {
    const before = Date.now();
    const { rows } = await pool.query<{ now: number }>(
      'select extract(epoch from clock_timestamp())::float8 * 1000 as now',
    );
    samples.push({ before, server: rows[0]!.now, after: Date.now() });
  }
  return clockDifference(samples);
}

/** None before the migrations, which are a line of their own. */
async function readWrappingKeys(store: Store, pool: pg.Pool): Promise<WrappingKeysInUse> {
  const { rows } = await pool.query(`select where to_regclass('personal_data_keys') is not null`);
  return store === 'event store' && rows.length > 0 ? readWrappingKeysInUse(pool) : new Map();
}

/** As the apps look before they are ready. */
async function findUnmigrated(store: Store, url: string, pool: pg.Pool): Promise<string[]> {
  if (store === 'read store') return (await hasMigration(pool, READ_STORE_SCHEMA)) ? [] : [store];
  const hasSagas = () =>
    withPool(url, (sagas) => hasMigration(sagas, PROCESS_MANAGERS_SCHEMA), {
      schema: SCHEMA,
      readOnly: true,
    });
  const parts = {
    [store]: await hasMigration(pool, EVENT_STORE_SCHEMA),
    notifier: await hasMigration(pool, NOTIFIER_SCHEMA),
    'process managers': await hasSagas(),
  };
  return Object.entries(parts).flatMap(([name, isMigrated]) => (isMigrated ? [] : [name]));
}
