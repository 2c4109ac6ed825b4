import { mayHaveGoneBack, STORE_IDENTITY } from '@eventfleet/event-store';
import type pg from 'pg';

/** A server of Postgres, and one of its timelines: a restore, or the promotion of a standby, begins another one. */
export interface StoreIdentity {
  readonly systemIdentifier: string;
  readonly timeline: string;
}

export interface StoreHistory {
  readonly current: StoreIdentity;
  /** The one that was last compared with what was published. */
  readonly compared: StoreIdentity;
  /** Changes whenever events were put in or replaced other than by a command. */
  readonly generation: string;
}

/** Any constant will do, as long as nothing else takes it. */
const LOCK = 7_315_402_119;

interface Row {
  readonly system_identifier: string;
  readonly timeline: string;
  readonly compared_identifier: string;
  readonly compared_timeline: string;
  readonly generation: string;
}

/**
 * What is known of a store's history. Waits for whoever is changing it.
 * @throws the server's error while it is a standby: it has no timeline of its own then
 */
export async function readStoreHistory(client: pg.ClientBase | pg.Pool): Promise<StoreHistory> {
  // On its own, before the row is read: the reader then sees what the holder of the lock has committed.
  await client.query(`select pg_advisory_xact_lock_shared(${LOCK})`);
  const { rows } = await client.query<Row>(
    `select ${STORE_IDENTITY}, history.system_identifier as compared_identifier, history.timeline as compared_timeline,
       generation
     from history`,
  );
  const row = rows[0];
  if (!row) throw new Error('the table history is empty: restore its row from a backup');
  return {
    current: { systemIdentifier: row.system_identifier, timeline: row.timeline },
    compared: { systemIdentifier: row.compared_identifier, timeline: row.compared_timeline },
    generation: row.generation,
  };
}

/**
 * Whether events that were acknowledged may be missing: from a standby, which may be late, and from a server or timeline
 * that was not compared with what was published.
 */
export async function mayLackEvents(client: pg.ClientBase | pg.Pool): Promise<boolean> {
  const { rows } = await client.query<{ is_standby: boolean }>('select pg_is_in_recovery() as is_standby');
  return rows[0]?.is_standby !== false || mayHaveGoneBack(client);
}

export function isSameIdentity(a: StoreIdentity, b: StoreIdentity): boolean {
  return a.systemIdentifier === b.systemIdentifier && a.timeline === b.timeline;
}

/** Has everybody wait who reads the history, until the transaction ends. */
export async function lockStoreHistory(client: pg.ClientBase): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(${LOCK})`);
}

/** Says that states of aggregates that somebody keeps in memory may be wrong. */
export async function beginGeneration(client: pg.ClientBase): Promise<void> {
  await client.query(`update history set generation = generation + 1`);
}

/** The present server and timeline were compared: commands may be decided on them. */
export async function acceptIdentity(pool: pg.Pool): Promise<void> {
  await pool.query(
    `update history set system_identifier = now.system_identifier, timeline = now.timeline
     from (select ${STORE_IDENTITY}) as now
     where (history.system_identifier, history.timeline) is distinct from (now.system_identifier, now.timeline)`,
  );
}
