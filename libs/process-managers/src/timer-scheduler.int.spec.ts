import { randomUUID } from 'node:crypto';
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
  useProcessManagers,
} from './process-managers.fixture.js';
import type { ProcessManager } from './process-manager.js';
import { countDue, countInstances } from './count-instances.js';

const fixture = useProcessManagers();

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

    const schedulers = Array.from({ length: 3 }, () => fixture.scheduler(soon));
    for (let busy = true; busy;)
      busy = (await Promise.all(schedulers.map((scheduler) => scheduler.fireDueTimers()))).includes(true);
    await eventually(
      async () => !(await schedulers[0]!.fireDueTimers()) && (await fixture.timers()).length === 0,
    );

    for (const id of ids) {
      expect(await namesOf(id)).toEqual(['1', '2']);
      expect(await fixture.instance(id)).toEqual({ state: { userId: id, messages: 2 }, sent: 2 });
    }
  });

  it('keep the correlation of the event that set them, and are caused by their instance', async () => {
    const id = randomUUID();
    const [created] = history(id, 1) as [RecordedEvent];
    await consume(fixture.runtime(), soon, [{ ...created, correlationId: 'c', traceparent: 't' }]);
    await fixture.scheduler(soon).fireDueTimers();

    const { rows } = await fixture.pool.query('select * from outbox where version = 2');
    expect(rows).toMatchObject([{ correlation_id: 'c', traceparent: 't', causation_id: id }]);
  });

  it('do not fire before they are due', async () => {
    const id = randomUUID();
    await consume(fixture.runtime(), never, history(id, 1));
    await fixture.scheduler(never).fireDueTimers();
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

  it('that are due at the same time fire in the order of their times, unless an earlier one prevents it', async () => {
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
    await fixture.scheduler(several).fireDueTimers();

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
      await fixture.scheduler(soon).fireDueTimers();
      expect([await namesOf(held), await namesOf(free)]).toEqual([['1'], ['1', '2']]);
      await holder.query('delete from timers where instance_id = $1', [held]);
      await holder.query('commit');
    } finally {
      holder.release();
    }
    await fixture.scheduler(soon).fireDueTimers();
    expect(await namesOf(held)).toEqual(['1']);
  });

  it('wait until the process manager has caught up', async () => {
    const id = randomUUID();
    await consume(fixture.runtime(), soon, history(id, 1));
    let asked = 0;
    const scheduler = fixture.scheduler(soon, { isCaughtUp: async () => ++asked > 3, intervalMs: 5 });
    scheduler.start();
    await eventually(async () => (await namesOf(id)).length === 2);
    await scheduler.stop();
    expect(asked).toBe(4);
  });

  it('fire while events come', async () => {
    const ids = users(20);
    const schedulers = [1, 2].map(() => fixture.scheduler(soon, { intervalMs: 1 }));
    for (const scheduler of schedulers) scheduler.start();
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
    await Promise.all(schedulers.map((scheduler) => scheduler.stop()));

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

describe('a process manager that throws when a timer is due', () => {
  it('has its instance wait, and no other', async () => {
    const ids = users(5);
    const [broken] = ids as [string];
    await consume(
      fixture.runtime(),
      soon,
      ids.flatMap((id) => history(id, 1)),
    );
    const fired: number[] = [];
    const scheduler = fixture.scheduler(counting({ throwsFor: (id) => id === broken }), {
      onFired: () => fired.push(1),
    });
    await scheduler.fireDueTimers();
    await scheduler.fireDueTimers();

    for (const id of ids) expect(await namesOf(id)).toEqual(id === broken ? ['1'] : ['1', '2']);
    expect(fired).toHaveLength(4);
    expect(await fixture.timers()).toMatchObject([{ id: broken, failures: 1 }]);

    const fixed = fixture.scheduler(soon);
    await eventually(async () => !(await fixed.fireDueTimers()) && (await namesOf(broken)).length === 2);
  });
});
