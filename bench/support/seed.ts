import { EventStore } from '@eventfleet/event-store';
import { withEventStorePool } from './event-store-pool.ts';
import { claimsOf, eventsFrom } from './events.ts';

const BATCH = 5_000;

/** Appends the events `from` to `to` of the synthetic history, both included, to a migrated event store. */
export function seedEvents(eventStoreUrl: string, from: number, to: number): Promise<void> {
  return withEventStorePool(eventStoreUrl, async (pool) => {
    const eventStore = new EventStore(pool);
    let underWay: Promise<void> = Promise.resolve();
    for (let first = from; first <= to; first += BATCH) {
      const events = eventsFrom(first, Math.min(BATCH, to - first + 1));
      const takenClaims = claimsOf(events);
      await underWay;
      underWay = eventStore.appendBatch({ events, takenClaims });
    }
    await underWay;
    // As autovacuum would have done by now.
    await pool.query('vacuum analyze events, claims');
  });
}
