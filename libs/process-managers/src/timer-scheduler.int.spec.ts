import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import {
  userCommands,
  userEvents,
  type RecordedEvent,
  type UserCommandContent,
  type UserEvent,
} from '@eventfleet/contracts';
import { eventually } from '@eventfleet/testing';
import {
  batchOf,
  consume,
  counting,
  failures,
  history,
  sourceOf,
  startProcessManagers,
  type Fixture,
} from './process-managers.fixture.js';
import type { ProcessManager } from './process-manager.js';
import { countDue, countInstances } from './count-instances.js';

jest.setTimeout(60_000);

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startProcessManagers();
});
afterEach(() => fixture.clear());
afterAll(() => fixture.close());

/** Events of the fixture lie in the past: what is set a second after them is due at once. */
const soon = counting({ timerMs: 1_000 });
const never = counting({ timerMs: 400 * 24 * 3_600_000 });
const namesOf = async (id: string) => (await fixture.sent(id)).map(({ name }) => name);
const users = (count: number) => Array.from({ length: count }, () => randomUUID());

describe('timers', () => {
  it('fire once, late rather than never, with state and command, however many processes look', async () => {
    const ids = users(250);
    await consume(
      fixture.runtime(),
      soon,
      ids.flatMap((id) => history(id, 1)),
    );
    expect(await countDue(fixture.pool)).toEqual(new Map([['counting', 250]]));
    expect(await countInstances(fixture.pool)).toEqual(new Map([['counting', 250]]));

    const desks = Array.from({ length: 3 }, () => fixture.desk(soon));
    for (let busy = true; busy;) busy = (await Promise.all(desks.map((desk) => desk.turn()))).includes(true);
    await eventually(async () => !(await desks[0]!.turn()) && (await fixture.timers()).length === 0);

    for (const id of ids) {
      expect(await namesOf(id)).toEqual(['1', '2']);
      expect(await fixture.instance(id)).toEqual({ state: { userId: id, messages: 2 }, sent: 2 });
    }
  });

  it('carry on where the event that set them came from, and are caused by their instance', async () => {
    const id = randomUUID();
    const [created] = history(id, 1) as [RecordedEvent];
    await consume(fixture.runtime(), soon, [{ ...created, correlationId: 'c', traceparent: 't' }]);
    await fixture.desk(soon).turn();

    const { rows } = await fixture.pool.query('select * from outbox where version = 2');
    expect(rows).toMatchObject([{ correlation_id: 'c', traceparent: 't', causation_id: id }]);
  });

  it('do not fire before they are due', async () => {
    const id = randomUUID();
    await consume(fixture.runtime(), never, history(id, 1));
    await fixture.desk(never).turn();
    expect(await namesOf(id)).toEqual(['1']);
    expect(await fixture.timers()).toHaveLength(1);
  });

  it('are set anew, and end with their instance', async () => {
    const id = randomUUID();
    const [created, updated, deleted] = history(id, 2, { isDeleted: true }) as [
      RecordedEvent,
      RecordedEvent,
      RecordedEvent,
    ];
    const source = sourceOf(never, 'user-events');
    const dueAfter = (event: RecordedEvent) =>
      new Date(Date.parse(event.occurredAt) + 400 * 24 * 3_600_000).toISOString();

    await fixture.runtime().apply(source, batchOf([created]));
    expect(await fixture.timers()).toEqual([{ id, name: 'tick', dueAt: dueAfter(created), failures: 0 }]);
    await fixture.runtime().apply(source, batchOf([updated], 1n));
    expect(await fixture.timers()).toEqual([{ id, name: 'tick', dueAt: dueAfter(updated), failures: 0 }]);
    await fixture.runtime().apply(source, batchOf([deleted], 2n));
    expect(await fixture.timers()).toEqual([]);
  });

  it('that are due at the same time fire in the order of their times, as far as the ones before let them', async () => {
    const id = randomUUID();
    const [created] = history(id, 1) as [RecordedEvent];
    const fired: string[] = [];
    const due = (ms: number) => new Date(Date.parse(created.occurredAt) + ms).toISOString();
    const several: ProcessManager<boolean, UserEvent, UserCommandContent> = {
      name: 'several',
      sources: [userEvents],
      commands: userCommands,
      instanceOf: ({ aggregateId }) => aggregateId,
      react(state, message) {
        if (message.type !== 'timer') {
          return { state: true, timers: { last: due(4), third: due(3), second: due(2), first: due(1) } };
        }
        fired.push(message.name);
        if (message.name === 'first') return { state, timers: { second: null } };
        return { state: message.name === 'third' ? undefined : state };
      },
    };
    await consume(fixture.runtime(), several, [created]);
    await fixture.desk(several).turn();

    expect(fired).toEqual(['first', 'third']);
    expect(await fixture.timers()).toEqual([]);
    expect(await fixture.instance(id)).toBeUndefined();
  });

  it('leave an instance to the transaction that holds it, which may cancel them', async () => {
    const [held, free] = users(2) as [string, string];
    await consume(
      fixture.runtime(),
      soon,
      [held, free].flatMap((id) => history(id, 1)),
    );
    const holder = await fixture.pool.connect();
    try {
      await holder.query('begin');
      await holder.query('select from instances where instance_id = $1 for update', [held]);
      await fixture.desk(soon).turn();
      expect([await namesOf(held), await namesOf(free)]).toEqual([['1'], ['1', '2']]);
      await holder.query('delete from timers where instance_id = $1', [held]);
      await holder.query('commit');
    } finally {
      holder.release();
    }
    await fixture.desk(soon).turn();
    expect(await namesOf(held)).toEqual(['1']);
  });

  it('wait for a gate until it opens', async () => {
    const id = randomUUID();
    await consume(fixture.runtime(), soon, history(id, 1));
    let asked = 0;
    const desk = fixture.desk(soon, { mayFire: async () => ++asked > 3, intervalMs: 5 });
    desk.start();
    await eventually(async () => (await namesOf(id)).length === 2);
    await desk.stop();
    expect(asked).toBe(4);
  });

  it('fire while events come', async () => {
    const ids = users(20);
    const desks = [1, 2].map(() => fixture.desk(soon, { intervalMs: 1 }));
    for (const desk of desks) desk.start();
    await Promise.all([
      consume(
        fixture.runtime(),
        soon,
        ids.flatMap((id) => history(id, 5)),
        7,
      ),
      consume(
        fixture.runtime(),
        soon,
        ids.flatMap((id) => failures(id, 5)),
        7,
      ),
    ]);
    await eventually(async () => (await fixture.timers()).length === 0);
    await Promise.all(desks.map((desk) => desk.stop()));

    for (const id of ids) {
      const sent = await fixture.sent(id);
      expect(sent.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual(
        sent.map((_, index) => index + 1),
      );
      expect(sent.every(({ number, name }) => String(number) === name)).toBe(true);
      expect(sent.length).toBeGreaterThan(10);
    }
  });
});

describe('a process manager that throws where a timer comes due', () => {
  it('has its instance wait, and no other', async () => {
    const ids = users(5);
    const [broken] = ids as [string];
    await consume(
      fixture.runtime(),
      soon,
      ids.flatMap((id) => history(id, 1)),
    );
    const fired: number[] = [];
    const desk = fixture.desk(counting({ throwsFor: (id) => id === broken }), {
      onFired: () => fired.push(1),
    });
    await desk.turn();
    await desk.turn();

    for (const id of ids) expect(await namesOf(id)).toEqual(id === broken ? ['1'] : ['1', '2']);
    expect(fired).toHaveLength(4);
    expect(await fixture.timers()).toMatchObject([{ id: broken, failures: 1 }]);

    const fixed = fixture.desk(soon);
    await eventually(async () => !(await fixed.turn()) && (await namesOf(broken)).length === 2);
  });
});
