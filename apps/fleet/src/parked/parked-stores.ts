import { sqlState } from '@eventfleet/postgres';
import { SCHEMA } from '@eventfleet/process-managers';
import type pg from 'pg';
import type { FleetConfig } from '../fleet.config.js';
import { withPool } from '../with-pool.js';

const UNDEFINED_TABLE = '42P01';

/** Asks every store that events can be parked in: that of the projections, then that of the process managers. */
export async function askParkedStores<T>(
  { readStoreUrl, eventStoreUrl }: FleetConfig,
  ask: (pool: pg.Pool) => Promise<T>,
): Promise<T[]> {
  return [
    await withPool(readStoreUrl, ask),
    ...(await ifMigrated(withPool(eventStoreUrl, ask, { schema: SCHEMA }))),
  ];
}

/** Nothing is parked if no process manager could run yet. */
async function ifMigrated<T>(answer: Promise<T>): Promise<T[]> {
  try {
    return [await answer];
  } catch (error) {
    if (sqlState(error) === UNDEFINED_TABLE) return [];
    throw error;
  }
}
