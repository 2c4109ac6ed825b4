import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { userEvents, type UserEvent } from '@eventfleet/contracts';
import { EventStore } from '@eventfleet/event-store';
import { eventually, recordedHistory } from '@eventfleet/testing';
import { parkSomething, startConsole, type ConsoleFixture } from './console.fixture.js';
import { LiveFeeds } from './live/live-feeds.js';

let console: ConsoleFixture;
beforeAll(async () => {
  console = await startConsole(['console.example.org']);
});
afterAll(() => console.close());

const { stringify } = JSON;

/** A user whose events are in the event store, and nowhere else. */
async function storeUser(...more: readonly UserEvent[]): Promise<string> {
  const id = randomUUID();
  const created: UserEvent = { type: 'user.created', data: { id, name: 'Ann', email: `${id}@example.org` } };
  const events = recordedHistory(userEvents, id, [created, ...more]);
  await new EventStore(console.eventStore).appendBatch({ events });
  return id;
}

/** `fetch` does not let anybody choose the host. */
function statusFor(host: string, path = '/api/actions'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(console.url + path, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('error', reject).end();
  });
}

describe('the console lets in', () => {
  it('what names it by an address, localhost or a name of its own, and nothing else', async () => {
    const port = new URL(console.url).port;
    expect(await statusFor(`127.0.0.1:${port}`)).toBe(200);
    expect(await statusFor(`[::1]:${port}`)).toBe(200);
    expect(await statusFor(`localhost:${port}`)).toBe(200);
    expect(await statusFor('console.example.org')).toBe(200);
    expect(await statusFor(`rebound.example.com:${port}`)).toBe(421);
    expect(await statusFor('console:3005', '/health/ready')).toBe(200);
    expect(await statusFor('console:3005', '/metrics')).toBe(200);
  });

  it.each([
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ 'sec-fetch-site': 'none' }],
  ])('no action that another site asks for: %j', async (headers) => {
    const key = await parkSomething(console.readStore, 'user-list');
    const body = { projection: 'user-list', key, mark: 'retry', expectedKeys: 1 };

    expect(await console.post('/api/parked/marks', body, headers)).toMatchObject({
      status: 403,
      body: { code: 'cross-site' },
    });

    const { rows } = await console.readStore.query('select mark from parked_events where key = $1', [key]);
    expect(rows).toEqual([{ mark: null }]);
    await console.readStore.query('delete from parked_events where key = $1', [key]);
  });

  it('no action in a form of a page', async () => {
    const answer = await console.post('/api/parked/marks', {}, { 'content-type': 'text/plain' });
    expect(answer.status).toBe(415);
  });

  it('nothing that could load from, or be shown by, another host', async () => {
    const { headers } = await console.get('/api/actions');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

it.each(['search?q=%00', 'parked?projection=%00', 'parked/events?projection=a&key=%00', 'why?id=%00'])(
  'a text that Postgres does not take is refused: %s',
  async (path) => {
    expect((await console.get(`/api/${path}`)).body).toMatchObject({ code: 'validation-failed' });
  },
);

describe('a user', () => {
  it('is found by id, event and correlation, with its past and how far each read model is', async () => {
    const id = await storeUser();
    const { rows } = await console.eventStore.query<{ event_id: string; correlation_id: string }>(
      'select event_id, correlation_id from events where aggregate_id = $1',
      [id],
    );
    for (const text of [id, id.toUpperCase(), rows[0]!.event_id, rows[0]!.correlation_id]) {
      expect((await console.get(`/api/search?q=${text}`)).body).toMatchObject({ users: [{ id }] });
    }

    expect((await console.get(`/api/users/${id}`)).body).toMatchObject({
      id,
      version: 1,
      now: { name: 'Ann', version: 1 },
      row: null,
      readModels: [
        { projection: 'user-list', version: 0, behind: 1, isParked: false },
        { projection: 'user-stats', version: 0, behind: 1, isParked: false },
      ],
    });
  });

  it('is shown at each version, with what each event changed, after its deletion too', async () => {
    const id = await storeUser(
      { type: 'user.updated', data: { id: '', name: 'Bea' } },
      { type: 'user.deleted', data: { id: '' } },
    );

    expect((await console.get(`/api/users/${id}/events?limit=2`)).body).toMatchObject({
      items: [{ version: 1 }, { version: 2, changes: [{ path: '/name', from: 'Ann', to: 'Bea' }] }],
      nextCursor: 2,
    });
    const at = async (version: number) => (await console.get(`/api/users/${id}/versions/${version}`)).body;
    expect(await at(0)).toEqual({ version: 0, state: null });
    expect(await at(1)).toMatchObject({ state: { name: 'Ann' } });
    expect(await at(2)).toMatchObject({ state: { name: 'Bea' } });
    expect(await at(3)).toEqual({ version: 3, state: null });
    expect(await at(4)).toMatchObject({ code: 'no-such-version' });
    expect(await console.get(`/api/users/${randomUUID()}`)).toMatchObject({
      status: 404,
      body: { code: 'user-not-found' },
    });
  });
});

describe('the fleet', () => {
  it('names each trouble, why it is one, and what to do', async () => {
    await console.readStore.query('truncate parked_events, projection_versions');
    await parkSomething(console.readStore, 'user-list');
    await console.readStore.query(
      `insert into projection_checkpoints (projection, topic, partition) values ('user-list', $1, 0)`,
      [`${console.config.kafka.topicPrefix}user-events`],
    );

    const { body } = await console.get('/api/fleet');

    expect(body).toMatchObject({
      servers: [
        { name: 'The event store', down: null },
        { name: 'Kafka', down: null },
        { name: 'The read store', down: null },
      ],
      consumers: [{ name: 'user-list', kind: 'projection', members: 0, parkedKeys: 1, state: 'stopped' }],
      troubles: [
        { severity: 'warning', what: 'user-list has parked 1 event', page: '/parked?projection=user-list' },
      ],
    });
  });

  it('is live, for as many as look, and nobody is remembered who has gone', async () => {
    const feeds = console.app.get(LiveFeeds);
    const leaving = new AbortController();
    const clients = await Promise.all(
      Array.from({ length: 5 }, () => fetch(`${console.url}/api/fleet/live`, { signal: leaving.signal })),
    );
    expect(clients[0]!.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    for (const client of clients) {
      const reader = client.body!.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      await eventually(async () => {
        text += (await reader.read()).value ?? '';
        return text.includes('event: state\ndata: {');
      });
    }
    expect(feeds.size).toBe(5);

    leaving.abort();

    await eventually(() => feeds.size === 0, { describe: 'the end of all streams' });
  });
});

describe('dead letters', () => {
  it('are listed by topic, and there are none', async () => {
    const { body } = await console.get('/api/dead-letters');
    const topic = `${console.config.kafka.topicPrefix}user-list.dead-letter`;
    expect(stringify(body)).toContain(stringify({ topic, total: 0, waiting: 0 }));
    expect((await console.get(`/api/dead-letters/${topic}`)).body).toEqual({ items: [], nextCursor: null });
    expect(await console.post('/api/dead-letters/retries', { topic, expected: 5 })).toMatchObject({
      status: 409,
      body: { code: 'count-changed' },
    });
    expect(await console.get('/api/dead-letters/user-events')).toMatchObject({ status: 404 });
  });
});
