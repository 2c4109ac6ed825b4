import type { StoredEvent, UserRow } from './evidence.ts';

/** What became of each user, in version order. */
export type Histories = ReadonlyMap<string, readonly StoredEvent[]>;

export function historiesOf(stored: readonly StoredEvent[]): Histories {
  const histories = Map.groupBy(stored, ({ userId }) => userId);
  for (const events of histories.values()) events.sort((a, b) => a.version - b.version);
  return histories;
}

export function isDeleted(history: readonly StoredEvent[]): boolean {
  return history.some(({ type }) => type === 'user.deleted');
}

/** The events that the onboarding causes by itself, with the correlation of the command that it began with. */
const OF_ONBOARDING = new Set(['user.verification-reminded', 'user.deactivated']);

export function isOfOnboarding({ type }: StoredEvent): boolean {
  return OF_ONBOARDING.has(type);
}

/** What an event says of the user. */
export function fieldsOf({ type, data }: StoredEvent): { name?: string; email?: string; status?: string } {
  if (type === 'user.email-verified') return { status: 'active' };
  if (type === 'user.deactivated') return { status: 'deactivated' };
  const { name, email, status } = JSON.parse(data) as { name?: string; email?: string; status?: string };
  return {
    ...(name !== undefined && { name }),
    ...(email !== undefined && { email }),
    ...(status !== undefined && { status }),
  };
}

/** The row that a history leads to; undefined for a deleted user. Folded here anew: no code of the fleet takes part. */
export function rowOf(history: readonly StoredEvent[]): UserRow | undefined {
  const [first] = history;
  if (!first || isDeleted(history)) return undefined;
  let row = {
    id: first.userId,
    name: '',
    email: '',
    status: 'active',
    version: 0,
    createdAt: first.occurredAt,
    updatedAt: first.occurredAt,
  };
  for (const event of history) {
    row = { ...row, ...fieldsOf(event), id: row.id, version: event.version, updatedAt: event.occurredAt };
  }
  return row;
}

export function emailKeyOf(email: string): string {
  return email.toLowerCase();
}

/** Who has ever had an email, by its key. */
export type Holders = ReadonlyMap<string, ReadonlySet<string>>;

export function holdersOf(stored: readonly StoredEvent[]): Holders {
  const holders = new Map<string, Set<string>>();
  for (const event of stored) {
    const { email } = fieldsOf(event);
    if (email === undefined) continue;
    const key = emailKeyOf(email);
    holders.set(key, (holders.get(key) ?? new Set()).add(event.userId));
  }
  return holders;
}

/** A history in a line, without what is in it. */
export function describeHistory(userId: string, history: readonly StoredEvent[] = []): string {
  const events = history.map((event) => {
    const { version, type, occurredAt } = event;
    return `${version} ${type}${fieldsOf(event).email === undefined ? '' : ' (email)'} ${occurredAt}`;
  });
  return `user ${userId} [${events.join(', ') || 'no events'}]`;
}
