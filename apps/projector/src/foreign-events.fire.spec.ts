import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import {
  signRecord,
  toCloudEvent,
  userEvents,
  type RecordedEvent,
  type UserEvent,
} from '@eventfleet/contracts';
import { EventStore } from '@eventfleet/event-store';
import { partitionOf } from '@eventfleet/kafka';
import { readParkedKeys } from '@eventfleet/projections';
import { eventually, recordedHistory } from '@eventfleet/testing';
import {
  PARTITIONS,
  someUsers,
  startProjectorFixture,
  type ForgedRecord,
  type ProjectorFixture,
  type RunningProjector,
} from './projector.fixture.js';

let fixture: ProjectorFixture;
let projector: RunningProjector;
beforeEach(async () => {
  fixture = await startProjectorFixture();
  projector = await fixture.start();
});
afterEach(() => fixture.close());

const id = '0198c0de-0000-7000-8000-00000000000a';
const created: UserEvent = { type: 'user.created', data: { id, name: 'Ann', email: 'ann@example.org' } };
const renamed = (name: string): UserEvent => ({ type: 'user.updated', data: { id, name } });
const record = (event: RecordedEvent): ForgedRecord => toCloudEvent({ ...event, eventId: randomUUID() });
const user = async () =>
  (await fixture.pool.query('select name, version from user_list where id = $1', [id])).rows[0] as unknown;
const total = async () =>
  Number((await fixture.pool.query('select coalesce(sum(total), 0) as total from user_stats')).rows[0].total);

/** Of the same partition. */
function idBeside(other: string): string {
  for (;;) {
    const beside = randomUUID();
    if (partitionOf(beside, PARTITIONS) === partitionOf(other, PARTITIONS)) return beside;
  }
}

/** Both projections have handled all, nobody is parked, and both groups have set the same aside. */
async function expectSetAside(...values: readonly (string | null)[]): Promise<void> {
  await fixture.caughtUp();
  expect(await readParkedKeys(fixture.pool)).toEqual([]);
  for (const group of ['user-list', 'user-stats']) {
    const letters = await fixture.deadLetters(group);
    expect(letters.map(({ message }) => message?.value?.toString() ?? null)).toEqual(values);
    for (const { error, topic } of letters) {
      expect([error.code, topic]).toEqual(['foreign-event', fixture.topic]);
    }
  }
}

describe('a record that the event store never wrote is set aside', () => {
  it('if it has the next version of a user; the real event of that version counts', async () => {
    const events = recordedHistory(userEvents, id, [created, renamed('Bea'), renamed('Cleo')]);
    await fixture.publish(events.slice(0, 1));
    const forged = record({ ...events[1]!, data: JSON.stringify({ id, name: 'Mallory' }) });

    await fixture.forge(forged);
    await fixture.publish(events.slice(1));

    await expectSetAside(String(forged.value));
    expect(await user()).toEqual({ name: 'Cleo', version: 3 });
  });

  it('if it creates a user whom the store does not have', async () => {
    const [event] = recordedHistory(userEvents, id, [created]);
    const forged = record(event!);

    await fixture.forge(forged);

    await expectSetAside(String(forged.value));
    expect([await user(), await total()]).toEqual([undefined, 0]);
  });

  it('if it is garbage, of another subject or far ahead, and the user goes on', async () => {
    const events = recordedHistory(userEvents, id, [created, renamed('Bea')]);
    await fixture.publish(events.slice(0, 1));
    const wellFormed = record(events[1]!);
    const garbage = { key: id, value: Buffer.from([0xff, 0x00]), headers: {} };
    const ofAnother = { ...wellFormed, headers: { ...wellFormed.headers, ce_subject: randomUUID() } };
    const farAhead = record({ ...events[1]!, version: 50 });
    // The id of a true event makes no true event of it.
    const stolen = { ...farAhead, headers: { ...farAhead.headers, ce_id: events[1]!.eventId } };
    const tombstone = { ...garbage, value: null };

    await fixture.forge(garbage, ofAnother, farAhead, stolen, tombstone);
    await fixture.publish(events.slice(1));

    const texts = [garbage, ofAnother, farAhead, stolen].map(({ value }) => String(value));
    await expectSetAside(...texts, null);
    expect(await user()).toEqual({ name: 'Bea', version: 2 });
  });

  it('in the middle of a batch of others', async () => {
    const { events, expected } = someUsers(30);
    const forged = Array.from({ length: 20 }, () => {
      const other = randomUUID();
      return record(
        recordedHistory(userEvents, other, [{ ...created, data: { ...created.data, id: other } }])[0]!,
      );
    });

    await Promise.all([fixture.publish(events), fixture.forge(...forged)]);

    expect(await fixture.caughtUp()).toEqual(expected);
    expect(await fixture.deadLetters('user-list')).toHaveLength(20);
  });
});

it('an event of the store that cannot be read is parked, as before', async () => {
  const events = recordedHistory(userEvents, id, [created, renamed('Bea')]);
  await fixture.publish(events.slice(0, 1));
  await new EventStore(fixture.eventStore).appendBatch({ events: events.slice(1) });

  await fixture.forge({ ...toCloudEvent(events[1]!), value: null });
  await fixture.caughtUp();

  expect((await readParkedKeys(fixture.pool)).map(({ key, errorCode }) => [key, errorCode])).toEqual([
    [id, 'undecodable'],
    [id, 'undecodable'],
  ]);
  expect(await fixture.deadLetters('user-list')).toEqual([]);
});

it('rows that stand on an event that the store has lost are folded again from the store', async () => {
  const lost = recordedHistory(userEvents, id, [
    created,
    renamed('Lost'),
    { type: 'user.deleted', data: { id } },
  ]);
  await fixture.publish(lost);
  await fixture.caughtUp();
  await fixture.eventStore.query('delete from events where aggregate_id = $1 and version > 1', [id]);
  const kept = recordedHistory(userEvents, id, [created, renamed('Kept')])[1]!;

  await fixture.publish([kept]);
  const shown = await fixture.caughtUp();

  expect(await user()).toEqual({ name: 'Kept', version: 2 });
  expect(shown).toMatchObject({ total: 1, deleted: 0, createdOnTheDay: 1 });
  expect(await fixture.deadLetters('user-list')).toEqual([]);
});

it.each([false, true])(
  'events that came while the store had lost them are taken from it before the next one; beside a fault: %s',
  async (besideAFault) => {
    const events = recordedHistory(userEvents, id, [
      created,
      renamed('Bea'),
      renamed('Cleo'),
      renamed('Dora'),
    ]);
    const [first, ...lost] = events.slice(0, 3);
    await fixture.publish([first!]);
    await fixture.forge(...lost.map((event): ForgedRecord => toCloudEvent(event)));
    const values = lost.map(({ data }) => data);
    await expectSetAside(...values);

    // As a comparison with Kafka takes them back.
    const store = new EventStore(fixture.eventStore);
    await store.appendBatch({ events: events.slice(1) });
    const [fault] = recordedHistory(userEvents, idBeside(id), [created]);
    const unreadable = { ...toCloudEvent(fault!), value: 'no JSON' };
    if (besideAFault) await store.appendBatch({ events: [fault!] });
    await fixture.forge(...(besideAFault ? [unreadable] : []), toCloudEvent(events[3]!));

    await fixture.caughtUp();
    expect(await user()).toEqual({ name: 'Dora', version: 4 });
    const parked = await readParkedKeys(fixture.pool);
    expect(parked.map(({ key }) => key)).toEqual(
      besideAFault ? [fault!.aggregateId, fault!.aggregateId] : [],
    );
    // The relay then publishes them again.
    await fixture.publish(events.slice(1));
    await fixture.caughtUp();
    expect([await user(), await total()]).toEqual([{ name: 'Dora', version: 4 }, 1]);
  },
);

it('as long as the event store cannot say, nothing is set aside or applied', async () => {
  const { events, expected } = someUsers(6);
  const rolledBack = async () => {
    const count = 'select xact_rollback from pg_stat_database where datname = current_database()';
    const { rows } = await fixture.eventStore.query<{ xact_rollback: string }>(count);
    return Number(rows[0]?.xact_rollback);
  };
  const before = await rolledBack();
  await fixture.eventStore.query('alter table events rename to events_away');
  await fixture.forge(...events.map((event) => toCloudEvent(event)));
  // Each question fails, and is counted as rolled back.
  await eventually(async () => (await rolledBack()) > before);
  expect([await total(), await fixture.deadLetters('user-list')]).toEqual([0, []]);
  await fixture.eventStore.query('alter table events_away rename to events');

  await new EventStore(fixture.eventStore).appendBatch({ events });

  // Until they are appended they are foreign: whatever was tried in between is applied when it comes again.
  await fixture.publish(events);
  expect(await fixture.caughtUp()).toEqual(expected);
});

it('with keys, a record that nobody has signed is set aside, though the store has such an event', async () => {
  const key = { kid: 'k1', secret: createSecretKey(randomBytes(32)) };
  await projector.stop();
  await fixture.start([key]);
  const events = recordedHistory(userEvents, id, [created, renamed('Bea')]);
  await new EventStore(fixture.eventStore).appendBatch({ events });
  const forged = toCloudEvent({ ...events[0]!, data: JSON.stringify({ ...created.data, name: 'Mallory' }) });

  await fixture.forge(
    forged,
    ...events.map((event) => {
      const record = toCloudEvent(event);
      return { ...record, headers: { ...record.headers, ce_signature: signRecord(record, key) } };
    }),
  );

  await expectSetAside(forged.value);
  expect(await user()).toEqual({ name: 'Bea', version: 2 });
});
