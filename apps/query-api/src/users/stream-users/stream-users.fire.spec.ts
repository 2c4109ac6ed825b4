import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '@eventfleet/testing';
import { tokenHeader } from '../../query-api.fixture.js';
import { startProxy } from '../../read-store/silent-proxy.fixture.js';
import { created, deleted, renamed } from '../history/event-history.fixture.js';
import { eventsOf, told } from './sse-client.fixture.js';
import { encodeStreamId } from './stream-id.js';
import { openStreamStage, type StreamStage } from './stream-stage.fixture.js';
import { UserStreams } from './user-streams.js';

let stage: StreamStage;
beforeAll(async () => {
  stage = await openStreamStage();
});
afterEach(() => stage.cleanUp());
afterAll(() => stage.close());

describe('GET /users/stream', () => {
  it('sends what happens from now on, as items of the audit trail', async () => {
    const [before, id] = [randomUUID(), randomUUID()];
    await stage.history.append(before, [created(before)]);
    const client = await stage.openAtEnd();
    expect(client.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    });
    await stage.history.append(id, [created(id)]);
    await stage.history.append(before, [renamed(before, 'Bea')]);
    await stage.history.append(id, [deleted(id)]);

    const events = await client.until(3);

    expect(told(events)).toEqual([`${id} 1`, `${before} 2`, `${id} 2`]);
    const trail = await stage.copies[0].get(`/users/${before}/events?after=1`);
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
    await stage.history.append(id, [created(id), renamed(id, 'Bea'), deleted(id)]);
    const clients = [
      await stage.open('?lastEventId=0'),
      await stage.open('?lastEventId=0', {}, stage.copies[1]),
    ];
    await eventually(() => clients.every(({ messages }) => messages.at(-1)?.event === 'caught-up'));
    for (const { messages } of clients) {
      expect(told(messages)).toEqual(await stage.tail());
      expect(messages.filter(({ event }) => event === 'caught-up')).toHaveLength(1);
    }
    expect(clients[0]!.messages).toEqual(clients[1]!.messages);
  });

  it('goes on behind any event, on the other copy, by header or parameter, and the header wins', async () => {
    const id = randomUUID();
    await stage.history.append(id, [created(id), renamed(id, 'Bea'), renamed(id, 'Cay')]);
    const first = await stage.open(`?lastEventId=0&userId=${id}`);
    const [one, two, three] = await first.until(3);
    for (const [query, headers] of [
      [`&lastEventId=${one!.id}`, {}],
      [`&lastEventId=0`, { 'last-event-id': one!.id }],
    ] as const) {
      const client = await stage.open(`?userId=${id}${query}`, headers, stage.copies[1]);
      expect(await client.until(2)).toEqual([two, three]);
      client.close();
    }
    const atEnd = await stage.open(`?userId=${id}&lastEventId=${first.lastEventId}`, {}, stage.copies[1]);
    await stage.history.append(id, [deleted(id)]);
    expect(told(await atEnd.until(1))).toEqual([`${id} 4`]);
  });

  it('sends the types, or the user, that it is asked for, and what each changed', async () => {
    const [id, other] = [randomUUID(), randomUUID()];
    await stage.history.append(id, [created(id), renamed(id, 'Bea')]);
    await stage.history.append(other, [created(other), renamed(other, 'Cay')]);
    await stage.history.append(id, [renamed(id, 'Dan'), deleted(id)]);
    const ofUser = await stage.open(
      `?lastEventId=0&userId=${id.toUpperCase()}&type=user.updated,user.deleted`,
    );
    const live = await stage.openAtEnd(`?type=user.deleted&type=user.updated`);
    expect(told(await ofUser.until(3))).toEqual([`${id} 2`, `${id} 3`, `${id} 4`]);
    expect(eventsOf(ofUser.messages).map(({ data }) => data['changes'])).toMatchObject([
      [{ path: '/name', from: 'Ann', to: 'Bea' }],
      [{ path: '/name', from: 'Bea', to: 'Dan' }],
      [{ path: '/name', from: 'Dan', to: null }, { path: '/email' }, { path: '/status' }],
    ]);
    const third = randomUUID();
    await stage.history.append(third, [created(third), renamed(third, 'Eve')]);
    expect(told(await live.until(1))).toEqual([`${third} 2`]);
  });

  it('waits for a transaction that began earlier and commits late', async () => {
    const client = await stage.openAtEnd();
    const [late, early] = [randomUUID(), randomUUID()];
    const writer = await stage.history.pool.connect();
    await writer.query('begin');
    await writer.query(
      `insert into events (event_id, aggregate_type, aggregate_id, version, event_type, schema_version, data, occurred_at,
         correlation_id, causation_id, traceparent)
       values ($1, 'user', $2, 1, 'user.created', 1, $3, now(), '', '', '')`,
      [randomUUID(), late, JSON.stringify({ id: late, name: 'Ann', email: 'late@example.org' })],
    );
    await stage.history.append(early, [created(early)]);
    const resumed = await stage.open(`?lastEventId=${client.lastEventId}`, {}, stage.copies[1]);
    // Six polls: what could be sent would have come.
    await delay(300);
    const tooEarly = [...eventsOf(client.messages), ...eventsOf(resumed.messages)];
    await writer.query('commit');
    writer.release();
    expect(tooEarly).toEqual([]);
    for (const each of [client, resumed])
      expect(told(await each.until(2))).toEqual([`${late} 1`, `${early} 1`]);
  });

  it('resets a client whose id is of another store, or of an event that is gone', async () => {
    const id = randomUUID();
    await stage.history.append(id, [created(id), renamed(id, 'Bea')]);
    const end = await stage.history.store.readTailEnd();
    await stage.history.pool.query('delete from events where event_id = $1', [end.eventId]);
    for (const mark of [{ ...end, eventId: randomUUID() }, { ...end, systemIdentifier: '1' }, end]) {
      const client = await stage.open(`?lastEventId=${encodeStreamId(mark)}`);
      await eventually(() => client.isEnded);
      expect(client.messages.map(({ event }) => event)).toEqual(['reset']);
    }
  });

  it('resets everyone when the store has lost the last event', async () => {
    const id = randomUUID();
    const client = await stage.openAtEnd();
    await stage.history.append(id, [created(id)]);
    await client.until(1);
    await stage.history.pool.query('delete from events where aggregate_id = $1', [id]);
    await eventually(() => client.isEnded);
    expect(client.messages.at(-1)).toMatchObject({ event: 'reset' });
    const again = await stage.openAtEnd();
    const other = randomUUID();
    await stage.history.append(other, [created(other)]);
    expect(told(await again.until(1))).toEqual([`${other} 1`]);
  });

  it('leaves out a user whose events cannot be read, and goes on', async () => {
    const [bad, good] = [randomUUID(), randomUUID()];
    const client = await stage.openAtEnd();
    await stage.history.append(bad, [{ type: 'user.created', data: { id: bad, name: 'x', email: 'x' } }]);
    await client.until(1);
    await stage.history.pool.query(`update events set data = '{}' where aggregate_id = $1`, [bad]);
    const from0 = await stage.open('?lastEventId=0', {}, stage.copies[1]);
    await stage.history.append(bad, [renamed(bad, 'Bea')]);
    await stage.history.append(good, [created(good)]);
    await eventually(() => told(from0.messages).includes(`${good} 1`));
    expect(told(from0.messages).filter((each) => each.startsWith(bad))).toEqual([]);
  });

  it('begins behind the command of a consistency token', async () => {
    const id = randomUUID();
    await stage.history.append(id, [created(id)]);
    expect(
      await stage.copies[0].get('/users/stream', { ...tokenHeader(id, 2), prefer: 'wait=0' }),
    ).toMatchObject({
      status: 400,
      body: { code: 'validation-failed' },
    });
    await stage.history.tailComplete();
    const client = await stage.open('', tokenHeader(id, 1));
    await stage.history.append(id, [deleted(id)]);
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
    const { body } = await stage.copies[0].get(`/users/stream${query}`, headers);
    expect(body).toMatchObject({ status: 400, code: 'validation-failed', errors: [{ path }] });
  });

  it('answers HEAD without a stream', async () => {
    const response = await fetch(`${stage.copies[0].url}/users/stream`, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ]);
    expect(stage.copies[0].app.get(UserStreams).size).toBe(0);
  });

  it('goes on after the connections to the store fell silent', async () => {
    const proxy = await startProxy(stage.history.url);
    const away = await stage.startCopy(proxy.url);
    const client = await stage.openAtEnd('', away);
    proxy.silence();
    const id = randomUUID();
    await stage.history.append(id, [created(id)]);
    expect(told(await client.until(1))).toEqual([`${id} 1`]);
    await proxy.close();
  });
});
