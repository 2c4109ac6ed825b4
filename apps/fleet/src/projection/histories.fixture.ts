import { randomUUID } from 'node:crypto';
import { userEvents, type RecordedEvent, type UserEvent } from '@eventfleet/contracts';
import { recordedHistory } from '@eventfleet/testing';

/** A user's events: created, and then whatever is asked for. */
export function userHistory(
  kinds: readonly ('updated' | 'deleted')[] = [],
  id: string = randomUUID(),
): RecordedEvent[] {
  const created: UserEvent = {
    type: 'user.created',
    data: { id, name: 'Ann\tÅ "q" \\', email: `${id}@Example.org` },
  };
  return recordedHistory(userEvents, id, [created, ...kinds.map((kind) => eventOf(kind, id))]);
}

/** Users who came, were renamed, and went. */
export function histories(count: number): RecordedEvent[][] {
  const kinds = [[], ['updated'], ['updated', 'deleted'], ['deleted'], ['updated', 'updated']] as const;
  return Array.from({ length: count }, (_, index) => userHistory(kinds[index % kinds.length]));
}

/** The next event of a user. */
export function nextEvent(id: string, version: number, kind: 'updated' | 'deleted'): RecordedEvent {
  return recordedHistory(userEvents, id, [eventOf(kind, id)], version)[0]!;
}

function eventOf(kind: 'updated' | 'deleted', id: string): UserEvent {
  if (kind === 'deleted') return { type: 'user.deleted', data: { id } };
  return { type: 'user.updated', data: { id, name: `Bea ${randomUUID()}` } };
}
