import type pg from 'pg';

/** The oldest writing transaction on the server: nothing newer can be published before it ends. */
export interface TailBlocker {
  readonly pid: number;
  readonly applicationName: string;
  readonly ageSeconds: number;
}

/**
 * Names the transaction that holds the tail back, wherever on the server it runs; undefined when none does, or when this
 * role may not see it: that needs `pg_read_all_stats`.
 */
export async function findTailBlocker(store: pg.Pool | pg.ClientBase): Promise<TailBlocker | undefined> {
  const result = await store.query<{ pid: number; application_name: string; age_seconds: number }>(
    `select pid, application_name, extract(epoch from clock_timestamp() - xact_start)::float8 as age_seconds
     from pg_stat_activity
     where backend_xid is not null and xact_start is not null and pid <> pg_backend_pid()
     order by age(backend_xid) desc limit 1`,
  );
  const row = result.rows[0];
  return row && { pid: row.pid, applicationName: row.application_name, ageSeconds: row.age_seconds };
}
