import { withPool as lendPool, type PoolOptions } from '@eventfleet/postgres';
import type pg from 'pg';

/** Lends a pool for as long as `work` takes. */
export function withPool<T>(
  url: string,
  work: (pool: pg.Pool) => Promise<T>,
  options: Partial<PoolOptions> = {},
): Promise<T> {
  return lendPool({ url, applicationName: 'eventfleet-cli', max: 2, ...options }, work);
}
