import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { userEvents, type RecordedEvent, type UserEvent } from '@eventfleet/contracts';
import { recordedHistory } from '@eventfleet/testing';

export const PARTITIONS = 2;
const DAY_MS = 86_400_000;

/** A user's life, before it has an id. */
export interface Life {
  readonly partition: number;
  readonly day: number;
  readonly updates: readonly { readonly name?: string | undefined; readonly email?: string | undefined }[];
  /** How the onboarding ends, where there is one: after half of the updates. */
  readonly onboarding: 'none' | 'pending' | 'verified' | 'deactivated';
  readonly isDeleted: boolean;
}

/** How the relay brought a partition's events into its log: send by send, and how many it then sent again. */
export interface Send {
  readonly count: number;
  readonly back: number;
}

const text = fc.constantFrom('Ada', 'Bea', 'Cay');
const email = fc.constantFrom('ADA@example.org', 'bea@example.org', 'cay@Example.org');

export const lives: fc.Arbitrary<readonly Life[]> = fc.array(
  fc.record({
    partition: fc.nat({ max: PARTITIONS - 1 }),
    day: fc.nat({ max: 2 }),
    updates: fc.array(fc.record({ name: text, email }, { requiredKeys: [] }), { maxLength: 5 }),
    onboarding: fc.constantFrom('none', 'pending', 'verified', 'deactivated'),
    isDeleted: fc.boolean(),
  }),
  { minLength: 1, maxLength: 6 },
);

export const sends: fc.Arbitrary<readonly Send[]> = fc.array(
  fc.record({ count: fc.integer({ min: 1, max: 6 }), back: fc.oneof(fc.constant(0), fc.nat({ max: 5 })) }),
  { minLength: 1, maxLength: 8 },
);

/** The events of this life, as they were stored. */
export function historyOf({ day, updates, onboarding, isDeleted }: Life): RecordedEvent[] {
  const id = randomUUID();
  const user = { id, name: 'Ann', email: `${id}@example.org` };
  const changes = updates.map((update): UserEvent => ({ type: 'user.updated', data: { id, ...update } }));
  const endings: Record<Life['onboarding'], readonly UserEvent[]> = {
    none: [],
    pending: [{ type: 'user.verification-reminded', data: { id } }],
    verified: [{ type: 'user.email-verified', data: { id } }],
    deactivated: [{ type: 'user.deactivated', data: { id, reason: 'email-not-verified' } }],
  };
  const half = Math.floor(changes.length / 2);
  const events: UserEvent[] = [
    {
      type: 'user.created',
      data: onboarding === 'none' ? user : { ...user, status: 'pending' },
    },
    ...changes.slice(0, half),
    ...endings[onboarding],
    ...changes.slice(half),
    ...(isDeleted ? [{ type: 'user.deleted', data: { id } } as const] : []),
  ];
  return recordedHistory(userEvents, id, events).map((event) => ({
    ...event,
    occurredAt: new Date(Date.parse(event.occurredAt) + day * DAY_MS).toISOString(),
  }));
}

/** Mixes histories, each in its own order; `picks` says whose turn it is, over and over. */
export function interleave(
  histories: readonly (readonly RecordedEvent[])[],
  picks: readonly number[],
): RecordedEvent[] {
  const rest = histories.map((history) => [...history]);
  const mixed: RecordedEvent[] = [];
  for (let turn = 0; ; turn++) {
    const open = rest.filter((history) => history.length > 0);
    if (open.length === 0) return mixed;
    mixed.push(open[picks[turn % picks.length]! % open.length]!.shift()!);
  }
}

/** The log of a partition: every event first appears in its turn, some of them again where the relay went back. */
export function publish(events: readonly RecordedEvent[], plan: readonly Send[]): RecordedEvent[] {
  const log: RecordedEvent[] = [];
  let place = 0;
  for (const { count, back } of plan) {
    log.push(...events.slice(place, place + count));
    place = Math.max(0, Math.min(place + count, events.length) - back);
  }
  return [...log, ...events.slice(place)];
}
