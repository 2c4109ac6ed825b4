import { markParked, type ParkedFilter, type ParkingMark } from '@eventfleet/projections';
import type { FleetConfig } from '../fleet.config.js';
import { nothingParked } from './nothing-parked.js';
import { withPool } from '../with-pool.js';

/** Marks the first event of each key that is meant: the projector that consumes its partition acts on it. */
export async function markParkedEvents(
  { readStoreUrl }: FleetConfig,
  mark: ParkingMark,
  filter: ParkedFilter,
): Promise<void> {
  const marked = await withPool(readStoreUrl, (pool) => markParked(pool, mark, filter));
  if (marked === 0) throw nothingParked(filter);
  console.log(
    `${marked} ${marked === 1 ? 'key' : 'keys'} marked for ${mark}; a running projector acts on it within a second`,
  );
}
