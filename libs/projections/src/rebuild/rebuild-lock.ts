import pg from 'pg';
import { RebuildError } from './rebuild.errors.js';

/** Any constant will do, as long as every process uses the same one. */
const LOCK_CLASS = 731_540_218;

/**
 * Runs `work` while no other process works on the generations of this projection. The lock ends with its connection:
 * then the signal that `work` was given aborts.
 * @throws RebuildError `busy` at once if another process does
 */
export async function withRebuildLock<T>(
  url: string,
  projection: string,
  work: (lost: AbortSignal) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'eventfleet-rebuild',
    keepAlive: true,
  });
  const lost = new AbortController();
  client.on('error', () => lost.abort());
  await client.connect();
  try {
    const { rows } = await client.query<{ locked: boolean }>(
      'select pg_try_advisory_lock($1, hashtext($2)) as locked',
      [LOCK_CLASS, projection],
    );
    if (rows[0]?.locked) return await work(lost.signal);
    throw new RebuildError('busy', `another command works on ${projection}: let it end, or stop it`);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Whether a process works on the generations of a projection. */
export async function isBeingWorkedOn(pool: pg.Pool, projection: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    `select from pg_locks
     where locktype = 'advisory' and granted and objsubid = 2 and classid::bigint = $1
       and objid = (hashtext($2)::bigint & 4294967295)::oid
       and database = (select oid from pg_database where datname = current_database())`,
    [LOCK_CLASS, projection],
  );
  return rowCount !== 0;
}
