import type { RecordedEvent } from '@eventfleet/contracts';
import { personalDataOf } from '@eventfleet/event-store';
import { readWithStored, type ConflictFilter, type ConflictWithStored } from '@eventfleet/history';
import type { FleetConfig } from '../fleet.config.js';
import { withPool } from '../with-pool.js';

/** Prints both sides of each conflict, without the events' data unless it is asked for as JSON. */
export async function showHistory(
  { eventStoreUrl, personalDataKeys }: FleetConfig,
  { json = false, ...filter }: ConflictFilter & { readonly json?: boolean },
): Promise<void> {
  const { conflicts } = await withPool(eventStoreUrl, (pool) => {
    const personalData = personalDataOf(pool, personalDataKeys);
    return readWithStored(pool, filter, {
      reveal: personalData && ((events) => personalData.revealEach(events)),
    });
  });
  if (json) console.log(JSON.stringify(conflicts, null, 2));
  else if (conflicts.length === 0) console.log('the history has no conflicts');
  for (const conflict of json ? [] : conflicts) console.log(describe(conflict));
}

function describe({ aggregateType, aggregateId, published, stored, mark }: ConflictWithStored): string {
  const line = (side: string, { version, type, eventId, occurredAt }: RecordedEvent, reason = '') =>
    `  ${side}  ${String(version).padStart(6)}  ${occurredAt}  ${type}  ${eventId}${reason}`;
  return [
    `${aggregateType} ${aggregateId}${mark === undefined ? '' : `, marked for ${mark}`}`,
    ...stored.map((event) => line('store    ', event)),
    ...published.map(({ event, reason }) => line('published', event, `  ${reason}`)),
  ].join('\n');
}
