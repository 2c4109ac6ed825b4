import { createPool } from '@eventfleet/postgres';
import type pg from 'pg';

/** Lends a pool of one connection to `work`, without time limits. */
export async function withEventStorePool(
  eventStoreUrl: string,
  work: (pool: pg.Pool) => Promise<void>,
): Promise<void> {
  const pool = createPool({
    url: eventStoreUrl,
    applicationName: 'bench',
    max: 1,
    timeoutMs: 0,
    pipeline: true,
  });
  try {
    await work(pool);
  } finally {
    await pool.end();
  }
}
