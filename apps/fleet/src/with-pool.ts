import { createPool } from '@eventfleet/postgres';
import type pg from 'pg';

/** Lends a pool for as long as `work` takes. */
export async function withPool<T>(url: string, work: (pool: pg.Pool) => Promise<T>): Promise<T> {
  const pool = createPool({ url, applicationName: 'eventfleet-cli', max: 2 });
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}
