import { LOGGER } from '@eventfleet/observability';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { Global, Injectable, Module } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { Test } from '@nestjs/testing';
import { userEvents, type UserEvent } from '@eventfleet/contracts';
import type { NewEvent } from '@eventfleet/event-store';
import { eventually, recordedHistory } from '@eventfleet/testing';
import { pino } from 'pino';
import { register } from 'prom-client';
import { COMMAND_AGGREGATES } from '../app-context.module.js';
import type { InProcessEvent } from './in-process-event.js';
import { InProcessEvents, type InProcessEventsOptions } from './in-process-events.js';
import { InProcessEventsModule } from './in-process-events.module.js';
import { priority } from './priority.js';
import { ShutdownDeadline } from '../shutdown-deadline.js';

const NONSENSE: unknown = 'ada@example.org';
const ID = '0190b6e8-0000-7000-8000-000000000001';
const created: UserEvent = { type: 'user.created', data: { id: ID, name: 'Ada', email: 'ada@example.org' } };
const renamed: UserEvent = { type: 'user.updated', data: { id: ID, name: 'Ada L.' } };
const deleted: UserEvent = { type: 'user.deleted', data: { id: ID } };

function history(...events: UserEvent[]): NewEvent[] {
  return recordedHistory(userEvents, ID, events);
}

function startEvents(options: Partial<InProcessEventsOptions> = {}) {
  const lines: string[] = [];
  const logger = pino({ base: null }, { write: (line) => void lines.push(line) });
  return { events: new InProcessEvents({ catalogs: [userEvents], logger, ...options }), lines };
}

async function counted(metric: string, labels: Record<string, string>): Promise<number> {
  const found = await register.getSingleMetric(metric)?.get();
  const matching = found?.values.filter((value) =>
    Object.entries(labels).every(([name, label]) => value.labels[name] === label),
  );
  return matching?.reduce((sum, { value }) => sum + value, 0) ?? 0;
}

const failures = (listener: string, reason: string) =>
  counted('eventfleet_listener_failures_total', { listener, reason });
const drops = (listener: string) => counted('eventfleet_listener_drops_total', { listener });

describe('events in the process', () => {
  it('reach listeners by type and by wildcard, parsed, in the order of their append, not before the append returns', async () => {
    const { events } = startEvents();
    const seen: string[] = [];
    const note = (name: string) => (event: InProcessEvent) => {
      seen.push(`${name} ${event.type} ${event.version} ${JSON.stringify(event.data)}`);
    };
    events.listen('user.created', { name: 'one', priority: 0, call: note('one') });
    events.listen('user.*', { name: 'any', priority: 0, call: note('any') });
    events.listen('order.*', { name: 'none', priority: 0, call: note('none') });

    events.offer(history(created, renamed));
    expect(seen).toEqual([]);
    await turn();

    expect(seen).toEqual([
      `one user.created 1 ${JSON.stringify(created.data)}`,
      `any user.created 1 ${JSON.stringify(created.data)}`,
      `any user.updated 2 ${JSON.stringify(renamed.data)}`,
    ]);
  });

  it('reach the listener of the highest priority first, whatever its pattern', async () => {
    const { events } = startEvents();
    const seen: string[] = [];
    for (const [pattern, name, value] of [
      ['user.created', 'late', -1],
      ['user.created', 'first of two', 5],
      ['user.*', 'second of two', 5],
      ['user.*', 'first', 10],
      ['user.created', 'usual', 0],
    ] as const) {
      events.listen(pattern, { name, priority: value, call: () => seen.push(name) });
    }
    events.offer(history(created));
    await turn();

    expect(seen).toEqual(['first', 'first of two', 'second of two', 'usual', 'late']);
  });

  it('cannot be changed by a listener', async () => {
    const { events } = startEvents();
    const seen: unknown[] = [];
    events.listen('user.*', {
      name: 'changes',
      priority: 1,
      call: (event) => Object.assign(event.data as object, { name: 'Eve' }),
    });
    events.listen('user.*', { name: 'reads', priority: 0, call: ({ data }) => seen.push(data) });
    events.offer(history(created));
    await turn();

    expect(seen).toEqual([created.data]);
    expect(await failures('changes', 'thrown')).toBe(1);
  });

  it.each([
    ['throws', () => { throw new Error('ada@example.org'); }], // prettier-ignore
    ['rejects', async () => Promise.reject(new Error('ada@example.org'))],
    ['rejects with nonsense', async () => Promise.reject(NONSENSE)],
  ])(
    'are counted for a listener that %s, logged without what it says, and reach the others',
    async (name, call) => {
      const { events, lines } = startEvents();
      const seen: string[] = [];
      events.listen('user.*', { name, priority: 1, call });
      events.listen('user.*', { name: 'other', priority: 0, call: ({ type }) => seen.push(type) });

      events.offer(history(created, renamed));
      await events.stop();

      expect(seen).toEqual(['user.created', 'user.updated']);
      expect(await failures(name, 'thrown')).toBe(2);
      expect(lines).toHaveLength(1);
      expect(JSON.parse(lines[0]!)).toMatchObject({
        listener: name,
        reason: 'thrown',
        event: 'user.created',
      });
      expect(lines[0]).not.toContain('example.org');
    },
  );

  it('of a listener that hangs are counted, then dropped for it alone, and a stop does not wait for them', async () => {
    const { events, lines } = startEvents({ timeoutMs: 20, maxUnderWay: 2 });
    const seen: string[] = [];
    events.listen('user.*', { name: 'hangs', priority: 1, call: () => new Promise(() => undefined) });
    events.listen('user.*', { name: 'goes on', priority: 0, call: ({ type }) => seen.push(type) });

    events.offer(history(created, renamed, deleted));
    await eventually(async () => (await failures('hangs', 'timed-out')) === 2);

    expect(seen).toHaveLength(3);
    expect(await drops('hangs')).toBe(1);
    expect(lines).toHaveLength(1);
    const before = performance.now();
    await events.stop();
    expect(performance.now() - before).toBeLessThan(10_000);
  });

  it('that do not fit into the queue are dropped and counted', async () => {
    const { events } = startEvents({ maxQueued: 2 });
    const seen: number[] = [];
    events.listen('user.*', { name: 'slow', priority: 0, call: ({ version }) => seen.push(version) });
    const before = await drops('(all)');

    events.offer(history(created, renamed, deleted));
    await events.stop();

    expect(seen).toEqual([1, 2]);
    expect((await drops('(all)')) - before).toBe(1);
  });

  it('are delivered by a stop, and what is under way ends', async () => {
    const { events } = startEvents();
    const seen: string[] = [];
    events.listen('user.*', {
      name: 'takes a while',
      priority: 0,
      call: async ({ type }) => {
        await delay(20);
        seen.push(type);
      },
    });

    events.offer(history(created, deleted));
    await events.stop();

    expect(seen).toEqual(['user.created', 'user.deleted']);
  });

  it('leave requests their turn, however many there are', async () => {
    const { events } = startEvents();
    let count = 0;
    events.listen('user.*', { name: 'counts', priority: 0, call: () => count++ });
    const one = history(created);
    events.offer(Array.from({ length: 500 }, () => one[0]!));
    await turn();

    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThan(500);
    await events.stop();
    expect(count).toBe(500);
  });
});

describe('listeners of a Nest app', () => {
  it("are its providers' methods that are marked with @OnEvent", async () => {
    const seen: string[] = [];

    @Injectable()
    class Marked {
      readonly name = 'marked';

      @OnEvent('user.created')
      onCreated({ type }: InProcessEvent) {
        seen.push(`${this.name} ${type}`);
      }

      @OnEvent('user.*', priority(1))
      async onAny({ type }: InProcessEvent) {
        seen.push(`first ${type}`);
      }

      @OnEvent(['user.deleted', 'user.updated'])
      fails() {
        throw new Error('broken');
      }
    }

    const { events } = startEvents();
    const context = [
      { provide: COMMAND_AGGREGATES, useValue: [] },
      { provide: LOGGER, useValue: pino({ level: 'silent' }) },
      ShutdownDeadline,
    ];
    @Global()
    @Module({ providers: context, exports: context })
    class ContextModule {}
    @Module({ imports: [ContextModule, InProcessEventsModule], providers: [Marked] })
    class TestModule {}
    const app = await Test.createTestingModule({ imports: [TestModule] })
      .overrideProvider(InProcessEvents)
      .useValue(events)
      .compile();
    await app.init();
    events.offer(history(created, deleted));
    await events.stop();
    await app.close();

    expect(seen).toEqual(['first user.created', 'marked user.created', 'first user.deleted']);
    expect(await failures('Marked.fails', 'thrown')).toBe(1);
  });
});
