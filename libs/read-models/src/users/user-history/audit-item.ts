import {
  isErasedText,
  userEvents,
  userState,
  type RecordedEvent,
  type UserEvent,
  type UserState,
} from '@eventfleet/contracts';
import { changesBetween, type Change } from './user-changes.js';

/** One event of a user, and what it did. Data has the shape of today's schema, whose version is named. */
export interface AuditItem {
  readonly eventId: string;
  readonly type: UserEvent['type'];
  readonly version: number;
  readonly schemaVersion: number;
  /** Personal fields of an erased user are null. */
  readonly data: UserEvent['data'] | Readonly<Record<string, unknown>>;
  readonly changes: readonly Change[];
  /** RFC 3339, UTC, milliseconds. */
  readonly occurredAt: string;
  readonly correlationId: string;
  readonly causationId: string;
  /** Who asked for it; null if nobody had to say. */
  readonly actor: string | null;
  /** There if the user's personal data is erased. */
  readonly erased?: true;
}

/** An event as an item, and the user after it. Pure. @throws ContractError if it cannot be read */
export function toAuditItem(event: RecordedEvent, before: UserState): { item: AuditItem; after: UserState } {
  const {
    eventId,
    type,
    version,
    schemaVersion,
    data,
    occurredAt,
    correlationId,
    causationId,
    actor = null,
  } = userEvents.parse(event);
  const after = userState.evolve(before, { type, data } as UserEvent);
  const changes = changesBetween(before, after);
  const metadata = { occurredAt, correlationId, causationId, actor };
  const item = { eventId, type, version, schemaVersion, data, changes, ...metadata };
  const isErased = type === 'user.erased' || isErasedUser(before) || isErasedUser(after);
  return { item: isErased ? { ...item, data: withoutErased(data), erased: true } : item, after };
}

/** Whether nobody can read any more what the user was. */
export function isErasedUser(state: UserState): boolean {
  return 'isErased' in state || ('email' in state && isErasedText(state.email));
}

function withoutErased(data: UserEvent['data']): Readonly<Record<string, unknown>> {
  const entries = Object.entries(data).map(([field, value]) => [
    field,
    typeof value === 'string' && isErasedText(value) ? null : value,
  ]);
  return Object.fromEntries(entries) as Readonly<Record<string, unknown>>;
}

/** Consecutive events as items. Pure. */
export function toAuditItems(events: readonly RecordedEvent[], before: UserState): readonly AuditItem[] {
  let state = before;
  return events.map((event) => {
    const { item, after } = toAuditItem(event, state);
    state = after;
    return item;
  });
}
