import type { RecordedEvent } from '@eventfleet/contracts';
import { EventStore } from '@eventfleet/event-store';
import { readConflicts, type Conflict, type ConflictFilter } from '@eventfleet/history';
import type pg from 'pg';
import type { FleetConfig } from '../fleet.config.js';
import { withPool } from '../with-pool.js';

/** A conflict, and what the store has from its first version on. */
export interface ConflictWithStored extends Conflict {
  readonly stored: readonly RecordedEvent[];
}

/** Prints both sides of each conflict, without the events' data unless it is asked for as JSON. */
export async function showHistory(
  { eventStoreUrl }: FleetConfig,
  { json = false, ...filter }: ConflictFilter & { readonly json?: boolean },
): Promise<void> {
  const conflicts = await withPool(eventStoreUrl, (pool) => readWithStored(pool, filter));
  if (json) console.log(JSON.stringify(conflicts, null, 2));
  else if (conflicts.length === 0) console.log('the history has no conflicts');
  for (const conflict of json ? [] : conflicts) console.log(describe(conflict));
}

export async function readWithStored(
  pool: pg.Pool,
  filter: ConflictFilter,
): Promise<readonly ConflictWithStored[]> {
  const store = new EventStore(pool);
  const found: ConflictWithStored[] = [];
  for (const conflict of await readConflicts(pool, filter)) {
    const { aggregateType, aggregateId, published } = conflict;
    const fromVersion = published[0]!.event.version;
    found.push({
      ...conflict,
      stored: await store.readStream({ aggregateType, aggregateId }, { fromVersion }),
    });
  }
  return found;
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
