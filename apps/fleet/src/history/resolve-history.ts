import {
  markConflicts,
  readWithStored,
  requireKeepable,
  type ConflictFilter,
  type ConflictMark,
  type ConflictWithStored,
} from '@eventfleet/history';
import type { FleetConfig } from '../fleet.config.js';
import { withPool } from '../with-pool.js';

/**
 * Marks conflicts: the running command-api acts on it. Without `isApplied` it only says what would happen.
 * @throws ErasurePublished if a user who was erased would be kept
 */
export async function resolveHistory(
  { eventStoreUrl }: FleetConfig,
  mark: ConflictMark,
  { isApplied, ...filter }: ConflictFilter & { readonly isApplied: boolean },
): Promise<void> {
  await withPool(eventStoreUrl, async (pool) => {
    const { conflicts } = await readWithStored(pool, filter);
    if (conflicts.length === 0) throw new Error('there is no such conflict: see fleet history show');
    if (mark === 'keep') requireKeepable(conflicts);
    for (const conflict of conflicts) console.log(describe(mark, conflict));
    if (!isApplied) {
      console.log('nothing is done yet: add --apply to do it');
      return;
    }
    const marked = await markConflicts(pool, mark, filter);
    console.log(`${marked} marked for ${mark}; the running command-api acts on it within seconds`);
  });
}

function describe(
  mark: ConflictMark,
  { aggregateType, aggregateId, published, stored }: ConflictWithStored,
): string {
  const count = (events: readonly unknown[]) =>
    `${events.length} ${events.length === 1 ? 'event' : 'events'}`;
  const what =
    mark === 'adopt'
      ? `${count(published)} published replace ${count(stored)} of the store`
      : `${count(published)} published given up, ${count(stored)} of the store stay`;
  return `${aggregateType} ${aggregateId}: ${what}`;
}
