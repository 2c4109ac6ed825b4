import { markParked, type ParkedFilter, type ParkingMark } from '@eventfleet/projections';
import type { FleetConfig } from '../fleet.config.js';
import { nothingParked } from './nothing-parked.js';
import { askParkedStores } from './parked-stores.js';

/** Marks the first event of each key that is meant: the process that consumes its partition acts on it. */
export async function markParkedEvents(
  config: FleetConfig,
  mark: ParkingMark,
  filter: ParkedFilter,
): Promise<void> {
  const counts = await askParkedStores(config, (pool) => markParked(pool, mark, filter));
  const marked = counts.reduce((sum, count) => sum + count, 0);
  if (marked === 0) throw nothingParked(filter);
  console.log(
    `${marked} ${marked === 1 ? 'key' : 'keys'} marked for ${mark}; the running projector or process manager acts on it within a second`,
  );
}
