import { randomUUID } from 'node:crypto';
import type { RecordedEvent } from '@eventfleet/contracts';
import { markParked, ParkedEventProcessor, readParkedKeys } from '@eventfleet/projections';
import { eventually } from '@eventfleet/testing';
import { pino } from 'pino';
import { commandId } from './command-id.js';
import { migrateProcessManagers } from './migrate.js';
import {
  batchOf,
  consume,
  counting,
  failures,
  history,
  sourceOf,
  useProcessManagers,
} from './process-managers.fixture.js';
import { processManagerProjections } from './process-manager-projections.js';

const fixture = useProcessManagers();

const manager = counting();
const counts = (upTo: number) => Array.from({ length: upTo }, (_, index) => String(index + 1));
const namesOf = async (id: string) => (await fixture.sent(id)).map(({ name }) => name);

describe('a process manager', () => {
  it('takes each event once, whoever brings it again and from wherever', async () => {
    const id = randomUUID();
    const events = history(id, 5);
    const source = sourceOf(manager, 'user-events');

    await fixture.runtime().apply(source, batchOf(events.slice(0, 3)));
    await fixture.runtime().apply(source, batchOf(events.slice(0, 3)));
    await fixture.runtime().apply(source, batchOf(events, 0n));
    await fixture.runtime().apply(source, batchOf(events, 0n, 'made anew'));

    expect(await fixture.instance(id)).toEqual({ state: { userId: id, messages: 5 }, sent: 5 });
    expect(await namesOf(id)).toEqual(counts(5));
  });

  it('writes nothing if the transaction fails', async () => {
    const id = randomUUID();
    const broken = counting({ throwsFor: () => true });

    await expect(
      fixture.runtime().apply(sourceOf(broken, 'user-events'), batchOf(history(id, 2))),
    ).rejects.toThrow('TypeError at');

    expect(await fixture.instance(id)).toBeUndefined();
    expect(await fixture.sent()).toEqual([]);
  });

  it('sends commands under ids that are the same whenever they are decided, and says what caused them', async () => {
    const id = randomUUID();
    const [created] = history(id, 1) as [RecordedEvent];
    await consume(fixture.runtime(), manager, [{ ...created, correlationId: 'c', traceparent: 't' }]);

    const { rows } = await fixture.pool.query('select * from outbox');

    expect(rows).toMatchObject([
      {
        event_id: commandId('counting', id, 1),
        aggregate_type: 'user-command',
        aggregate_id: id,
        version: 1,
        event_type: 'update-user',
        data: { name: '1' },
        correlation_id: 'c',
        causation_id: created.eventId,
        traceparent: 't',
      },
    ]);
  });

  it('brings events of two topics to one instance, also at the same time and from two processes', async () => {
    const users = Array.from({ length: 12 }, () => randomUUID());
    const ofUsers = users.flatMap((id) => history(id, 6)).toSorted((a, b) => a.version - b.version);
    const ofMails = users
      .flatMap((id) => failures(id, 6))
      .toSorted((a, b) => (a.eventId < b.eventId ? -1 : 1));

    await Promise.all([
      consume(fixture.runtime(), manager, ofUsers, 5),
      consume(fixture.runtime(), manager, ofMails, 5),
    ]);

    for (const id of users) {
      expect(await fixture.instance(id)).toEqual({ state: { userId: id, messages: 12 }, sent: 12 });
      const sent = await fixture.sent(id);
      expect(sent.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual(counts(12).map(Number));
      expect(sent.every(({ number, name }) => String(number) === name)).toBe(true);
    }
  });

  it('waits for what another transaction does to its instance', async () => {
    const id = randomUUID();
    const [created, updated] = history(id, 2) as [RecordedEvent, RecordedEvent];
    const source = sourceOf(counting({ isSilent: true }), 'user-events');
    await fixture.runtime().apply(source, batchOf([created]));
    const other = await fixture.pool.connect();
    try {
      await other.query('begin');
      const state = JSON.stringify({ userId: id, messages: 11 });
      await other.query('update instances set state = $2 where instance_id = $1', [id, state]);
      const applied = fixture.runtime().apply(source, batchOf([updated], 1n));
      await eventually(() => fixture.someoneWaits());
      await other.query('commit');
      await applied;
    } finally {
      other.release();
    }
    expect(await fixture.instance(id)).toEqual({ state: { userId: id, messages: 12 }, sent: 0 });
  });

  it('begins an instance once if two topics do so at the same time', async () => {
    const id = randomUUID();
    const other = await fixture.pool.connect();
    try {
      await other.query('begin');
      await other.query(`insert into instances values ('counting', $1, $2, 1)`, [
        id,
        JSON.stringify({ userId: id, messages: 1 }),
      ]);
      const consumed = consume(fixture.runtime(), manager, history(id, 1));
      await eventually(() => fixture.someoneWaits());
      await other.query('commit');

      expect(await consumed).toBe(1);
    } finally {
      other.release();
    }
    expect(await fixture.instance(id)).toEqual({ state: { userId: id, messages: 2 }, sent: 2 });
  });

  it('does not use numbers again when an instance has ended, and forgets one that has sent nothing', async () => {
    const [id, silent] = [randomUUID(), randomUUID()];
    await consume(fixture.runtime(), manager, history(id, 2, { isDeleted: true }));
    expect(await fixture.instance(id)).toEqual({ state: null, sent: 2 });

    await consume(fixture.runtime(), manager, failures(id, 1));
    expect(await fixture.instance(id)).toEqual({ state: { userId: id, messages: 1 }, sent: 3 });
    expect((await fixture.sent(id)).map(({ number }) => number)).toEqual([1, 2, 3]);

    await fixture.pool.query(`insert into instances values ('counting', $1, '{}', 0)`, [silent]);
    const [, deleted] = history(silent, 1, { isDeleted: true }) as [RecordedEvent, RecordedEvent];
    await fixture.pool.query(`insert into projection_versions values ('counting', $1, 1)`, [silent]);
    await fixture.runtime().apply(sourceOf(manager, 'user-events'), batchOf([deleted], 3n));
    expect(await fixture.instance(silent)).toBeUndefined();
  });

  it('does nothing with events that are for no instance', async () => {
    const id = randomUUID();
    const [created] = history(id, 1) as [RecordedEvent];
    const reminded = {
      ...created,
      eventId: randomUUID(),
      version: 2,
      type: 'user.verification-reminded',
      data: JSON.stringify({ id }),
    };
    await consume(fixture.runtime(), manager, [created, reminded]);
    expect(await namesOf(id)).toEqual(['1']);
  });
});

describe('an event at which a process manager throws', () => {
  it.each(['user-events', 'notification-events'])(
    'waits with its key, of %s, and counts once it is retried',
    async (topic) => {
      const [id, ...others] = Array.from({ length: 5 }, () => randomUUID()) as [string, ...string[]];
      const of = (user: string) => (topic === 'user-events' ? history(user, 3) : failures(user, 3));
      const events = [id, ...others].flatMap(of);
      await consume(fixture.runtime(), counting({ throwsFor: (userId) => userId === id }), events, 4);

      expect(await fixture.instance(id)).toBeUndefined();
      for (const other of others) expect(await namesOf(other)).toEqual(counts(3));
      const keys = await readParkedKeys(fixture.pool);
      expect(keys.map(({ errorCode }) => errorCode)).toEqual(keys.map(() => 'projection-failed'));

      const processor = new ParkedEventProcessor({
        pool: fixture.pool,
        projections: processManagerProjections(manager),
        logger: pino({ level: 'silent' }),
        assigned: () => [{ projection: 'counting', topic, partition: 0 }],
      });
      await markParked(fixture.pool, 'retry', {});
      while (await processor.processMarked());

      expect(await namesOf(id)).toEqual(counts(3));
      expect(await readParkedKeys(fixture.pool)).toEqual([]);
    },
  );
});

describe('two process managers', () => {
  it('follow the same events for themselves', async () => {
    const id = randomUUID();
    const second = counting({ name: 'second' });
    await consume(fixture.runtime(), manager, history(id, 2));
    await consume(fixture.runtime(), second, history(id, 2));

    expect(await namesOf(id)).toEqual(['1', '2', '1', '2']);
    expect(new Set((await fixture.sent(id)).map((sent) => sent.id)).size).toBe(4);
  });
});

it('are migrated again without an effect, beside what else is in the database', async () => {
  expect(await migrateProcessManagers(fixture.url)).toEqual([]);
  const { rows } = await fixture.pool.query(
    `select distinct table_schema as schema from information_schema.tables
     where table_name in ('instances', 'parked_events', 'schema_migrations', 'outbox')`,
  );
  expect(rows).toEqual([{ schema: 'process_managers' }]);
});
