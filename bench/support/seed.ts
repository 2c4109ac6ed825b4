import { appendBatch } from '@eventfleet/event-store';
import { withClient } from '@eventfleet/testing';
import { claimsOf, eventsFrom } from './events.ts';

const BATCH = 5_000;

/** Appends the events `from` to `to` of the synthetic history, both included, to a migrated event store. */
export function seedEvents(eventStoreUrl: string, from: number, to: number): Promise<void> {
  return withClient(
    eventStoreUrl,
    async (client) => {
      let underWay: Promise<void> = Promise.resolve();
      for (let first = from; first <= to; first += BATCH) {
        const events = eventsFrom(first, Math.min(BATCH, to - first + 1));
        await underWay;
        underWay = appendBatch(client, { answers: [], releases: [], takes: claimsOf(events), events });
      }
      await underWay;
      // As autovacuum would have done by now.
      await client.query('vacuum analyze events, claims');
    },
    { pipeline: true },
  );
}
