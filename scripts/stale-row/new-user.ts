import { userEvents } from '@eventfleet/contracts';
import { EventStore, type EventData } from '@eventfleet/event-store';
import { newId } from '@eventfleet/ids';
import { partitionOf } from '@eventfleet/kafka';
import { createPool } from '@eventfleet/postgres';

export interface NewUser {
  readonly id: string;
  readonly correlationId: string;
}

const PAGE = 1_000;

/** An id that is not stored yet. @param other the new one falls into the same partition as this one */
export function idBeside(other: string, partitions: number): string {
  for (;;) {
    const id = newId();
    if (partitionOf(id, partitions) === partitionOf(other, partitions)) return id;
  }
}

/** Stores a user as command-api would, but without a claim of its email, and then changes its name that often. */
export async function storeUser(url: string, id: string, changes = 0): Promise<NewUser> {
  const correlationId = newId();
  const pool = createPool({ url, applicationName: 'eventfleet-stale-row', max: 1, pipeline: true });
  const store = new EventStore(pool);
  const created = { id, name: 'Stale Row', email: `${id}@example.org` };
  const events = [
    eventOf('user.created', created, correlationId),
    ...Array.from({ length: changes }, (_, n) =>
      eventOf('user.updated', { id, name: `Stale Row ${n}` }, correlationId),
    ),
  ];
  for (let version = 0; version < events.length; version += PAGE) {
    await store.appendToStream(
      { aggregateType: 'user', aggregateId: id },
      events.slice(version, version + PAGE),
      {
        expectedVersion: version,
      },
    );
  }
  await store.close();
  return { id, correlationId };
}

function eventOf(type: 'user.created' | 'user.updated', data: object, correlationId: string): EventData {
  return {
    eventId: newId(),
    type,
    schemaVersion: userEvents.schemaVersionOf(type),
    data: JSON.stringify(data),
    occurredAt: new Date().toISOString(),
    correlationId,
    causationId: newId(),
    traceparent: '',
  };
}
