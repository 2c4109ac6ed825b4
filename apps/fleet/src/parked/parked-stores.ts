import { ifMigrated } from '@eventfleet/postgres';
import { SCHEMA } from '@eventfleet/process-managers';
import type pg from 'pg';
import type { FleetConfig } from '../fleet.config.js';
import { withPool } from '../with-pool.js';

/** Asks every store that events can be parked in: that of the projections, then that of the process managers. */
export async function askParkedStores<T>(
  { readStoreUrl, eventStoreUrl }: FleetConfig,
  ask: (pool: pg.Pool) => Promise<T>,
): Promise<T[]> {
  const asked = async (pool: pg.Pool) => [await ask(pool)];
  return [
    await withPool(readStoreUrl, ask),
    // Nothing is parked if no process manager could run yet.
    ...(await ifMigrated(withPool(eventStoreUrl, asked, { schema: SCHEMA }), [])),
  ];
}
