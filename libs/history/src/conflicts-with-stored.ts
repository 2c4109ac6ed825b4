import type { RecordedEvent } from '@eventfleet/contracts';
import { EventStore } from '@eventfleet/event-store';
import type pg from 'pg';
import { readConflicts, type Conflict, type ConflictFilter } from './conflicts.js';

/** A conflict, and what the store has from its first version on. */
export interface ConflictWithStored extends Conflict {
  readonly stored: readonly RecordedEvent[];
}

/** The conflicts that nobody has resolved: how many there are, and the first of them, each with both sides. */
export async function readWithStored(
  pool: pg.Pool,
  filter: ConflictFilter,
  limit?: number,
): Promise<{ readonly total: number; readonly conflicts: readonly ConflictWithStored[] }> {
  const store = new EventStore(pool);
  const found: ConflictWithStored[] = [];
  const all = await readConflicts(pool, filter);
  for (const conflict of all.slice(0, limit)) {
    const { aggregateType, aggregateId, published } = conflict;
    const fromVersion = published[0]!.event.version;
    found.push({
      ...conflict,
      stored: await store.readStream({ aggregateType, aggregateId }, { fromVersion }),
    });
  }
  return { total: all.length, conflicts: found };
}
