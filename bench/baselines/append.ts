import { newId } from '@eventfleet/ids';
import { EventStore } from '@eventfleet/event-store';
import { createPool } from '@eventfleet/postgres';
import { closedLoop } from '../support/closed-loop.ts';
import { contestant } from '../support/contestant.ts';
import { claimsOf, newEvent } from '../support/events.ts';
import type { AppendOptions } from '../ours/append.ts';

/**
 * The same inserts in the same transactions, one after the other on one connection, with as many events in each as
 * there are callers: nothing is decided, queued or answered.
 */
contestant(async ({ databaseUrl, load }: AppendOptions) => {
  const pool = createPool({ url: databaseUrl, applicationName: 'bench', max: 1, pipeline: true });
  const eventStore = new EventStore(pool);
  const result = await closedLoop({ ...load, callers: 1 }, async () => {
    const events = Array.from({ length: load.callers }, newUser);
    await eventStore.appendBatch({ events, takenClaims: claimsOf(events) });
    return true;
  });
  return { ...result, perSecond: result.perSecond * load.callers };
});

function newUser() {
  const id = newId();
  const data = { id, name: 'Ada Lovelace', email: `${id}@bench.example` };
  return { ...newEvent(1, 1, 1, { type: 'user.created', data }), eventId: newId(), aggregateId: id };
}
