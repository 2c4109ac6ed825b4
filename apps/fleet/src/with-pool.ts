import { createPool, type PoolOptions } from '@eventfleet/postgres';
import type pg from 'pg';

/** Lends a pool for as long as `work` takes. */
export async function withPool<T>(
  url: string,
  work: (pool: pg.Pool) => Promise<T>,
  options: Pick<PoolOptions, 'schema' | 'readOnly'> = {},
): Promise<T> {
  const pool = createPool({ url, applicationName: 'eventfleet-cli', max: 2, ...options });
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}
