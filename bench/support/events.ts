import { emailKey, userEvents, type RecordedEvent, type UserEvent } from '@eventfleet/contracts';
import type { HeldClaim, NewEvent } from '@eventfleet/event-store';
import { GROWING, type History } from './history.ts';

const FIRST_ID_MS = Date.UTC(2026, 0, 1);
/** As long as a real one. */
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** The id of the n-th user, from 1: a UUIDv7 like those that command-api makes, so that ids come in order. */
export function userId(n: number): string {
  const time = (FIRST_ID_MS + n).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

export function userEmail(n: number): string {
  return `user-${n}@bench.example`;
}

/** The n-th event of a synthetic history, from 1. */
export function eventOf(n: number, history: History = GROWING): NewEvent {
  const { user, version } = history.placeOf(n);
  const id = userId(user);
  if (version === 1) {
    const data = { id, name: `User ${user}`, email: userEmail(user) };
    return newEvent(n, user, version, { type: 'user.created', data });
  }
  const name = `User ${user} Renamed${version === 2 ? '' : ` ${version}`}`;
  return newEvent(n, user, version, { type: 'user.updated', data: { id, name } });
}

/** The events from `first` on, in order. */
export function eventsFrom(first: number, count: number, history: History = GROWING): NewEvent[] {
  return Array.from({ length: count }, (_, index) => eventOf(first + index, history));
}

/** The claims that new users among the events take. */
export function claimsOf(events: readonly NewEvent[]): HeldClaim[] {
  return events
    .filter(({ type }) => type === 'user.created')
    .map(({ aggregateId, data }) => {
      const { email } = JSON.parse(data) as { email: string };
      return { scope: 'user-email', key: emailKey(email), aggregateId };
    });
}

/** As it comes out of the store. */
export function recorded(event: NewEvent): RecordedEvent {
  return { ...event, globalPosition: '1' };
}

/** The n-th event under a version of its own choice. */
export function newEvent(n: number, user: number, version: number, event: UserEvent): NewEvent {
  const eventId = `${n.toString(16).padStart(8, '0')}-0000-7000-8000-${user.toString(16).padStart(12, '0')}`;
  return {
    eventId,
    type: event.type,
    schemaVersion: userEvents.schemaVersionOf(event.type),
    aggregateType: userEvents.aggregateType,
    aggregateId: userId(user),
    version,
    data: JSON.stringify(event.data),
    occurredAt: new Date(FIRST_ID_MS + n).toISOString(),
    correlationId: eventId,
    causationId: eventId,
    traceparent: TRACEPARENT,
  };
}
