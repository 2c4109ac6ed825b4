import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { migrateReadStore } from '@eventfleet/read-models';
import { createTestDatabase, eventually, type TestDatabase } from '@eventfleet/testing';
import { startAppOn, tokenHeader, type RunningApp } from '../../query-api.fixture.js';
import { startProxy } from '../../read-store/silent-proxy.fixture.js';
import {
  created,
  deleted,
  renamed,
  startEventHistory,
  type EventHistory,
} from '../history/event-history.fixture.js';
import { eventsOf, openStream, told, type SseClient } from './sse-client.fixture.js';
import { encodeStreamId } from './stream-id.js';
import { UserStreams } from './user-streams.js';

let history: EventHistory;
let readStore: TestDatabase;
let copies: readonly [RunningApp, RunningApp];
const cleanups: (() => Promise<void> | void)[] = [];

beforeAll(async () => {
  history = await startEventHistory();
  readStore = await createTestDatabase('query-api', migrateReadStore);
  copies = [await startAppOn(readStore.url, history.url), await startAppOn(readStore.url, history.url)];
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});
afterAll(async () => {
  await Promise.all(copies.map(({ app }) => app.close()));
  await history.close();
  await readStore.drop();
});

async function open(query = '', headers: Record<string, string> = {}, copy = copies[0]): Promise<SseClient> {
  const client = await openStream(`${copy.url}/users/stream${query}`, headers);
  cleanups.push(() => client.close());
  return client;
}

/** Open, and at its end: what is appended from now on is sent. */
async function openAtEnd(query = '', copy = copies[0]): Promise<SseClient> {
  const client = await open(query, {}, copy);
  await eventually(() => client.messages.some(({ event }) => event === 'caught-up'));
  return client;
}

/** User and version of every event, in the order of the tail. */
async function tail(): Promise<string[]> {
  const { rows } = await history.pool.query<{ told: string }>(
    `select aggregate_id || ' ' || version as told from events where aggregate_type = 'user'
     order by transaction_id, global_position`,
  );
  return rows.map((row) => row.told);
}

describe('GET /users/stream', () => {
  it('sends what happens from now on, as items of the audit trail', async () => {
    const [before, id] = [randomUUID(), randomUUID()];
    await history.append(before, [created(before)]);
    const client = await openAtEnd();
    expect(client.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    });
    await history.append(id, [created(id)]);
    await history.append(before, [renamed(before, 'Bea')]);
    await history.append(id, [deleted(id)]);

    const events = await client.until(3);

    expect(told(events)).toEqual([`${id} 1`, `${before} 2`, `${id} 2`]);
    const trail = await copies[0].get(`/users/${before}/events?after=1`);
    const [item] = (trail.body as { items: object[] }).items;
    expect(events[1]).toEqual({
      event: 'user.updated',
      id: expect.any(String),
      data: { userId: before, ...item },
    });
    expect(client.messages.filter(({ event }) => event === 'caught-up')).toHaveLength(1);
  });

  it('begins with the first event, in the same order on every copy', async () => {
    const id = randomUUID();
    await history.append(id, [created(id), renamed(id, 'Bea'), deleted(id)]);
    const clients = [await open('?lastEventId=0'), await open('?lastEventId=0', {}, copies[1])];
    await eventually(() => clients.every(({ messages }) => messages.at(-1)?.event === 'caught-up'));
    for (const { messages } of clients) {
      expect(told(messages)).toEqual(await tail());
      expect(messages.filter(({ event }) => event === 'caught-up')).toHaveLength(1);
    }
    expect(clients[0]!.messages).toEqual(clients[1]!.messages);
  });

  it('goes on behind any event, on the other copy, by header or parameter, and the header wins', async () => {
    const id = randomUUID();
    await history.append(id, [created(id), renamed(id, 'Bea'), renamed(id, 'Cay')]);
    const first = await open(`?lastEventId=0&userId=${id}`);
    const [one, two, three] = await first.until(3);
    for (const [query, headers] of [
      [`&lastEventId=${one!.id}`, {}],
      [`&lastEventId=0`, { 'last-event-id': one!.id }],
    ] as const) {
      const client = await open(`?userId=${id}${query}`, headers, copies[1]);
      expect(await client.until(2)).toEqual([two, three]);
      client.close();
    }
    const atEnd = await open(`?userId=${id}&lastEventId=${first.lastEventId}`, {}, copies[1]);
    await history.append(id, [deleted(id)]);
    expect(told(await atEnd.until(1))).toEqual([`${id} 4`]);
  });

  it('sends the types, or the user, that it is asked for, and what each changed', async () => {
    const [id, other] = [randomUUID(), randomUUID()];
    await history.append(id, [created(id), renamed(id, 'Bea')]);
    await history.append(other, [created(other), renamed(other, 'Cay')]);
    await history.append(id, [renamed(id, 'Dan'), deleted(id)]);
    const ofUser = await open(`?lastEventId=0&userId=${id.toUpperCase()}&type=user.updated,user.deleted`);
    const live = await openAtEnd(`?type=user.deleted&type=user.updated`);
    expect(told(await ofUser.until(3))).toEqual([`${id} 2`, `${id} 3`, `${id} 4`]);
    expect(eventsOf(ofUser.messages).map(({ data }) => data['changes'])).toMatchObject([
      [{ path: '/name', from: 'Ann', to: 'Bea' }],
      [{ path: '/name', from: 'Bea', to: 'Dan' }],
      [{ path: '/name', from: 'Dan', to: null }, { path: '/email' }, { path: '/status' }],
    ]);
    const third = randomUUID();
    await history.append(third, [created(third), renamed(third, 'Eve')]);
    expect(told(await live.until(1))).toEqual([`${third} 2`]);
  });

  it('waits for a transaction that began earlier and commits late', async () => {
    const client = await openAtEnd();
    const [late, early] = [randomUUID(), randomUUID()];
    const writer = await history.pool.connect();
    await writer.query('begin');
    await writer.query(
      `insert into events (event_id, aggregate_type, aggregate_id, version, event_type, schema_version, data, occurred_at,
         correlation_id, causation_id, traceparent)
       values ($1, 'user', $2, 1, 'user.created', 1, $3, now(), '', '', '')`,
      [randomUUID(), late, JSON.stringify({ id: late, name: 'Ann', email: 'late@example.org' })],
    );
    await history.append(early, [created(early)]);
    const resumed = await open(`?lastEventId=${client.lastEventId}`, {}, copies[1]);
    await delay(300);
    expect([...eventsOf(client.messages), ...eventsOf(resumed.messages)]).toEqual([]);
    await writer.query('commit');
    writer.release();
    for (const each of [client, resumed])
      expect(told(await each.until(2))).toEqual([`${late} 1`, `${early} 1`]);
  });

  it('resets a client whose id is of another store, or of an event that is gone', async () => {
    const id = randomUUID();
    await history.append(id, [created(id), renamed(id, 'Bea')]);
    const end = await history.store.readTailEnd();
    await history.pool.query('delete from events where event_id = $1', [end.eventId]);
    for (const mark of [{ ...end, eventId: randomUUID() }, { ...end, systemIdentifier: '1' }, end]) {
      const client = await open(`?lastEventId=${encodeStreamId(mark)}`);
      await eventually(() => client.isEnded);
      expect(client.messages.map(({ event }) => event)).toEqual(['reset']);
    }
  });

  it('resets everyone when the store has lost the last event', async () => {
    const id = randomUUID();
    const client = await openAtEnd();
    await history.append(id, [created(id)]);
    await client.until(1);
    await history.pool.query('delete from events where aggregate_id = $1', [id]);
    await eventually(() => client.isEnded);
    expect(client.messages.at(-1)).toMatchObject({ event: 'reset' });
    const again = await openAtEnd();
    const other = randomUUID();
    await history.append(other, [created(other)]);
    expect(told(await again.until(1))).toEqual([`${other} 1`]);
  });

  it('leaves out a user whose events cannot be read, and goes on', async () => {
    const [bad, good] = [randomUUID(), randomUUID()];
    const client = await openAtEnd();
    await history.append(bad, [{ type: 'user.created', data: { id: bad, name: 'x', email: 'x' } }]);
    await client.until(1);
    await history.pool.query(`update events set data = '{}' where aggregate_id = $1`, [bad]);
    const from0 = await open('?lastEventId=0', {}, copies[1]);
    await history.append(bad, [renamed(bad, 'Bea')]);
    await history.append(good, [created(good)]);
    await eventually(() => told(from0.messages).includes(`${good} 1`));
    expect(told(from0.messages).filter((each) => each.startsWith(bad))).toEqual([]);
  });

  it('begins behind the command of a consistency token', async () => {
    const id = randomUUID();
    await history.append(id, [created(id)]);
    expect(await copies[0].get('/users/stream', { ...tokenHeader(id, 2), prefer: 'wait=0' })).toMatchObject({
      status: 503,
      body: { code: 'projection-behind' },
    });
    const client = await open('', tokenHeader(id, 1));
    await history.append(id, [deleted(id)]);
    expect(told(await client.until(1))).toEqual([`${id} 2`]);
  });

  it.each([
    ['?lastEventId=nonsense', {}, 'lastEventId'],
    ['?lastEventId=0', { 'last-event-id': 'nonsense' }, 'Last-Event-ID'],
    ['?type=user.unknown', {}, 'type'],
    ['?type=', {}, 'type'],
    ['?userId=17', {}, 'userId'],
    ['?page=1', {}, 'page'],
  ])('refuses %s', async (query, headers, path) => {
    const { body } = await copies[0].get(`/users/stream${query}`, headers);
    expect(body).toMatchObject({ status: 400, code: 'validation-failed', errors: [{ path }] });
  });

  it('answers HEAD without a stream', async () => {
    const response = await fetch(`${copies[0].url}/users/stream`, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ]);
    expect(copies[0].app.get(UserStreams).size).toBe(0);
  });

  it('goes on after the connections to the store fell silent', async () => {
    const proxy = await startProxy(history.url);
    cleanups.push(() => proxy.close());
    const away = await startAppOn(readStore.url, proxy.url);
    cleanups.push(() => away.app.close());
    const client = await openAtEnd('', away);
    proxy.silence();
    const id = randomUUID();
    await history.append(id, [created(id)]);
    expect(told(await client.until(1))).toEqual([`${id} 1`]);
  });
});

describe('the clients of the stream', () => {
  it('leave nothing behind, however they go', async () => {
    const streams = copies[0].app.get(UserStreams);
    const clients = await Promise.all(Array.from({ length: 30 }, () => open('?lastEventId=0')));
    expect(streams.size).toBe(30);
    clients.forEach((client, index) => {
      if (index % 3 === 0) client.close();
      else if (index % 3 === 1) client.response.socket.resetAndDestroy();
      else client.response.socket.end();
    });
    await eventually(() => streams.size === 0, { describe: 'the end of all streams' });
  });

  it('miss nothing and see nothing twice, however often they reconnect, and to whichever copy', async () => {
    const users = Array.from({ length: 6 }, () => randomUUID());
    const from = (await openAtEnd()).lastEventId!;
    let isWriting = true;
    const write = async () => {
      for (const id of users) await history.append(id, [created(id)]);
      const writers = users.map(async (id) => {
        for (let version = 2; version <= 25; version++) {
          await history.append(id, [renamed(id, `Name ${version}`)]);
          await delay(randomInt(8));
        }
      });
      await Promise.all(writers);
      isWriting = false;
    };
    const read = async () => {
      const seen: string[] = [];
      let id = from;
      while (isWriting || seen.length < users.length * 25) {
        const client = await open(`?lastEventId=${id}`, {}, copies[randomInt(2)]);
        const wanted = randomInt(1, 30);
        await eventually(
          () =>
            told(client.messages).length >= wanted ||
            (!isWriting && seen.length + told(client.messages).length >= users.length * 25),
        );
        client.close();
        seen.push(...told(client.messages));
        id = client.lastEventId ?? id;
      }
      return seen;
    };
    const [, ...seen] = await Promise.all([write(), read(), read(), read()]);
    const expected = (await tail()).filter((each) => users.includes(each.split(' ')[0]!));
    for (const each of seen) expect(each).toEqual(expected);
  });

  it('are sent off when the app stops, those that do not read too', async () => {
    const stopping = await startAppOn(readStore.url, history.url);
    const id = randomUUID();
    const names = Array.from({ length: 3_000 }, (_, index) => renamed(id, `${'x'.repeat(190)}${index}`));
    await history.append(id, [created(id), ...names]);
    const [reading, deaf] = [await openAtEnd('', stopping), await open(`?lastEventId=0`, {}, stopping)];
    deaf.response.pause();
    const started = performance.now();
    await stopping.app.close();
    expect(performance.now() - started).toBeLessThan(6_000);
    await eventually(() => reading.isEnded);
    deaf.response.resume();
    await eventually(() => deaf.isEnded);
  });
});
