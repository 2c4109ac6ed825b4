import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { userEvents, type RecordedEvent, type UserEvent } from '@eventfleet/contracts';
import type { EventStore } from '@eventfleet/event-store';
import { propertyRuns, recordedHistory } from '@eventfleet/testing';
import { toAuditItems } from './audit-item.js';
import { loadPastUsers } from './stored-users.js';
import { userViewOf } from './user-view-of.js';

const text = fc.constantFrom('Ada', 'Bea', 'Cay');
const email = fc.constantFrom('ada@example.org', 'ADA@example.org', 'bea@example.org');

const life = fc.record({
  isPending: fc.boolean(),
  changes: fc.array(
    fc.oneof(
      fc.record({ name: text, email }, { requiredKeys: [] }),
      fc.constantFrom('verified' as const, 'reminded' as const, 'deactivated' as const),
    ),
    { maxLength: 30 },
  ),
  isDeleted: fc.boolean(),
  /** Versions of which there is a snapshot. */
  snapshots: fc.uniqueArray(fc.integer({ min: 1, max: 32 }), { maxLength: 5 }),
});
type Life = typeof life extends fc.Arbitrary<infer T> ? T : never;

function historyOf({ isPending, changes, isDeleted }: Life): RecordedEvent[] {
  const id = randomUUID();
  const created = {
    id,
    name: 'Ann',
    email: 'ann@example.org',
    ...(isPending && { status: 'pending' as const }),
  };
  const others = changes.map((change): UserEvent => {
    if (change === 'verified') return { type: 'user.email-verified', data: { id } };
    if (change === 'reminded') return { type: 'user.verification-reminded', data: { id } };
    if (change === 'deactivated')
      return { type: 'user.deactivated', data: { id, reason: 'email-not-verified' } };
    return { type: 'user.updated', data: { id, ...change } };
  });
  const end: UserEvent[] = isDeleted ? [{ type: 'user.deleted', data: { id } }] : [];
  return recordedHistory(userEvents, id, [{ type: 'user.created', data: created }, ...others, ...end]);
}

/** The user after these events, told without the code under test; undefined if there is none. */
function simpleFold(events: readonly RecordedEvent[]): Record<string, unknown> | undefined {
  let user: Record<string, unknown> | undefined;
  for (const { type, data, version, occurredAt } of events) {
    const { id: _, ...fields } = JSON.parse(data) as Record<string, unknown>;
    if (type === 'user.created') user = { status: 'active', ...fields, createdAt: occurredAt };
    if (type === 'user.updated') user = { ...user, ...fields };
    if (type === 'user.email-verified') user = { ...user, status: 'active' };
    if (type === 'user.deactivated') user = { ...user, status: 'deactivated' };
    user = type === 'user.deleted' ? undefined : { ...user, version, updatedAt: occurredAt };
  }
  return user && { id: events[0]!.aggregateId, ...user };
}

/** Answers as the event store does, from a list in memory. */
function storeOf(events: readonly RecordedEvent[], { snapshots }: Life): Pick<EventStore, 'readPast'> {
  const stateAt = (version: number) => {
    const { id, name, email, status = 'deleted' } = simpleFold(events.slice(0, version)) ?? {};
    return { id, name, email, status };
  };
  const toStep = (event: RecordedEvent) => ({ kind: 'event' as const, ...event });
  return {
    readPast: ({ wanted }) =>
      Promise.resolve(
        wanted.flatMap(({ aggregateId, knownVersion, version }) => {
          const base = Math.max(
            0,
            ...snapshots.filter(
              (each) => each <= events.length && each > Math.max(knownVersion, 1) && each < version,
            ),
          );
          const from = Math.max(base, knownVersion);
          const snapshot = {
            kind: 'snapshot' as const,
            aggregateId,
            version: base,
            state: JSON.stringify(stateAt(base)),
          };
          const later = events.slice(from, version).map(toStep);
          if (base === 0) return later;
          const first = knownVersion === 0 ? [toStep(events[0]!)] : [];
          return [...first, snapshot, ...later];
        }),
      ),
  };
}

describe('the past of a user', () => {
  it('is at every version what a simple fold of its events says, wherever snapshots are', async () => {
    await fc.assert(
      fc.asyncProperty(life, async (given) => {
        const events = historyOf(given);
        const aggregateId = events[0]!.aggregateId;
        const store = storeOf(events, given);
        for (let version = 0; version <= events.length; version++) {
          const states = await loadPastUsers(store, [{ aggregateId, version }]);
          const past = states.get(aggregateId)!;
          expect(past.version).toBe(version);
          expect(userViewOf(past)).toEqual(simpleFold(events.slice(0, version)));
          const onward = await loadPastUsers(store, [{ aggregateId, version: events.length, known: past }]);
          expect(userViewOf(onward.get(aggregateId)!)).toEqual(simpleFold(events));
        }
        const beyond = await loadPastUsers(store, [{ aggregateId, version: events.length + 9 }]);
        expect(beyond.get(aggregateId)!.version).toBe(events.length);
      }),
      propertyRuns(60, { shrink: true }),
    );
  });

  it('is told by the changes of the audit trail', () => {
    fc.assert(
      fc.property(life, (given) => {
        const events = historyOf(given);
        const items = toAuditItems(events, { status: 'absent' });
        const user: Record<string, unknown> = {};
        items.forEach(({ version, changes }, index) => {
          for (const { path, from, to } of changes) {
            expect(user[path] ?? null).toBe(from);
            expect(to).not.toBe(from);
            user[path] = to;
          }
          const { name = null, email = null, status = null } = simpleFold(events.slice(0, version)) ?? {};
          expect(user).toMatchObject({ '/name': name, '/email': email, '/status': status });
          expect([version, items[index]!.actor]).toEqual([index + 1, null]);
        });
      }),
      propertyRuns(60, { shrink: true }),
    );
  });
});
