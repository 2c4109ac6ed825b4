import { readParkedKeys, type ParkedFilter } from '@eventfleet/projections';
import type { FleetConfig } from '../fleet.config.js';
import { askParkedStores } from './parked-stores.js';

/** Prints a line per key, the longest waiting first. */
export async function listParked(
  config: FleetConfig,
  { json = false, ...filter }: ParkedFilter & { readonly json?: boolean },
): Promise<void> {
  const found = await askParkedStores(config, (pool) => readParkedKeys(pool, filter));
  const keys = found.flat().toSorted((a, b) => a.parkedAt.getTime() - b.parkedAt.getTime());
  if (json) console.log(JSON.stringify(keys, null, 2));
  else if (keys.length === 0) console.log('nothing is parked');
  for (const entry of json ? [] : keys) {
    const { projection, key, waiting, errorCode, errorMessage, attempts, parkedAt, mark } = entry;
    const error = errorCode === null ? 'not tried yet' : `${errorCode} (${errorMessage})`;
    const marked = mark === null ? '' : `, marked for ${mark}`;
    console.log(
      `${projection} ${key === '' ? '""' : key}: ${waiting} waiting since ${parkedAt.toISOString()}, ` +
        `${error}, ${attempts} attempts${marked}`,
    );
  }
}
