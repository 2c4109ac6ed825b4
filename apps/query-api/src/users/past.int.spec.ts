import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { acceptIdentity } from '@eventfleet/history';
import { migrateReadStore } from '@eventfleet/read-models';
import { createTestDatabase, type TestDatabase } from '@eventfleet/testing';
import { startAppOn, tokenHeader, type RunningApp } from '../query-api.fixture.js';
import {
  created,
  deleted,
  renamed,
  startEventHistory,
  type EventHistory,
} from './history/event-history.fixture.js';

const START = Date.UTC(2026, 0, 1);
const NOBODY_LISTENS = 'postgres://postgres@127.0.0.1:9/none';
const iso = (second: number, ms = 0) => new Date(START + second * 1_000 + ms).toISOString();

let history: EventHistory;
let readStore: TestDatabase;
let running: RunningApp;
beforeAll(async () => {
  history = await startEventHistory();
  readStore = await createTestDatabase('query-api', migrateReadStore);
  running = await startAppOn(readStore.url, history.url);
});
afterAll(async () => {
  await running.app.close();
  await history.close();
  await readStore.drop();
});

const get = (path: string, headers?: Record<string, string>) => running.get(path, headers);

/** A user who is created, renamed and deleted, a second apart. */
async function aLife(): Promise<string> {
  const id = randomUUID();
  await history.append(id, [created(id)], START + 1_000);
  await history.append(id, [renamed(id, 'Bea')], START + 2_000);
  await history.append(id, [deleted(id)], START + 3_000);
  return id;
}

describe('GET /users/:id at a version or an instant', () => {
  it('answers the user as it was', async () => {
    const id = await aLife();
    const first = { id, name: 'Ann', email: `${id}@example.org`, status: 'active', version: 1 };
    const { status, headers, body } = await get(`/users/${id.toUpperCase()}?version=1`);
    expect(body).toEqual({ ...first, createdAt: iso(1), updatedAt: iso(1) });
    expect([status, headers.get('etag'), headers.get('cache-control')]).toEqual([200, '"1"', 'no-store']);

    const second = { ...first, name: 'Bea', version: 2, createdAt: iso(1), updatedAt: iso(2) };
    expect((await get(`/users/${id}?version=2`)).body).toEqual(second);
    for (const at of [iso(2), '2026-01-01T01:00:02.999999%2B01:00', '2026-01-01t00:00:02.9z'])
      expect((await get(`/users/${id}?at=${at}`)).body).toEqual(second);
    expect(await get(`/users/${id}?at=${iso(2)}`, { 'if-none-match': '"2"' })).toMatchObject({ status: 304 });
  });

  it('answers 404 before its creation, after its deletion, and for a version that is not there', async () => {
    const id = await aLife();
    const notFound = [
      `version=0`,
      `at=${iso(0, 999)}`,
      'version=3',
      `at=${iso(3)}`,
      'at=2999-01-01T00:00:00Z',
    ];
    for (const moment of notFound)
      expect((await get(`/users/${id}?${moment}`)).body).toMatchObject({
        status: 404,
        code: 'user-not-found',
      });
    for (const version of ['4', '2147483648', '999999999999999'])
      expect((await get(`/users/${id}?version=${version}`)).body).toMatchObject({ code: 'no-such-version' });
    expect((await get(`/users/${randomUUID()}?version=1`)).body).toMatchObject({ code: 'user-not-found' });
  });

  it.each([
    ['version=1&at=2026-01-01T00:00:00Z', 'at'],
    ['version=-1', 'version'],
    ['version=', 'version'],
    ['version=1&version=2', 'version'],
    ['at=2026-01-01', 'at'],
    ['at=2026-02-30T00:00:00Z', 'at'],
    ['at=2026-01-01T00:00:00', 'at'],
    ['as-of=1', 'as-of'],
  ])('refuses ?%s', async (query, path) => {
    const { body } = await get(`/users/${randomUUID()}?${query}`);
    expect(body).toMatchObject({ status: 400, code: 'validation-failed', errors: [{ path }] });
  });

  it('reads a life that takes more than one query', async () => {
    const id = randomUUID();
    const names = Array.from({ length: 450 }, (_, index) => renamed(id, `Name ${index + 2}`));
    await history.append(id, [created(id), ...names]);
    for (const version of [2, 250, 251, 451])
      expect((await get(`/users/${id}?version=${version}`)).body).toMatchObject({ name: `Name ${version}` });
  });
});

describe('GET /users/:id/events', () => {
  it('answers what each event did, oldest first, for a deleted user too', async () => {
    const id = await aLife();
    const { status, headers, body } = await get(`/users/${id}/events`);
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    const email = `${id}@example.org`;
    const metadata = {
      schemaVersion: 1,
      correlationId: 'correlation',
      causationId: 'causation',
      actor: null,
    };
    const eventId = expect.any(String) as unknown;
    expect(body).toEqual({
      items: [
        {
          ...metadata,
          eventId,
          type: 'user.created',
          version: 1,
          data: { id, name: 'Ann', email },
          changes: [
            { path: '/name', from: null, to: 'Ann' },
            { path: '/email', from: null, to: email },
            { path: '/status', from: null, to: 'active' },
          ],
          occurredAt: iso(1),
        },
        {
          ...metadata,
          eventId,
          type: 'user.updated',
          version: 2,
          data: { id, name: 'Bea' },
          changes: [{ path: '/name', from: 'Ann', to: 'Bea' }],
          occurredAt: iso(2),
        },
        {
          ...metadata,
          eventId,
          type: 'user.deleted',
          version: 3,
          data: { id },
          changes: [
            { path: '/name', from: 'Bea', to: null },
            { path: '/email', from: email, to: null },
            { path: '/status', from: 'active', to: null },
          ],
          occurredAt: iso(3),
        },
      ],
      nextCursor: null,
    });
  });

  it('pages', async () => {
    const id = await aLife();
    const read = async (query: string) => {
      const { body } = await get(`/users/${id}/events${query}`);
      return body as { items: unknown[]; nextCursor: number | null };
    };
    const whole = await read('');
    const items: unknown[] = [];
    let cursor: number | null = 0;
    while (cursor !== null) {
      const page = await read(`?limit=1&after=${cursor}`);
      items.push(...page.items);
      cursor = page.nextCursor;
    }
    expect(items).toEqual(whole.items);
    expect((await get(`/users/${id}/events?after=3`)).body).toEqual({ items: [], nextCursor: null });
    expect((await get(`/users/${id}/events?after=99`)).body).toEqual({ items: [], nextCursor: null });
  });

  it('answers 404 for a user who never was, and refuses other parameters', async () => {
    for (const query of ['', '?after=7'])
      expect((await get(`/users/${randomUUID()}/events${query}`)).body).toMatchObject({
        code: 'user-not-found',
      });
    for (const query of ['limit=0', 'limit=201', 'after=-1', 'after=x', 'page=1'])
      expect((await get(`/users/${randomUUID()}/events?${query}`)).body).toMatchObject({ status: 400 });
  });
});

describe.each(['?version=1', `?at=${iso(1)}`, '/events'])(
  'GET /users/:id%s with a consistency token',
  (query) => {
    it('answers at once if the event store has the version, and else no command returned it', async () => {
      const id = await aLife();
      expect(await get(`/users/${id}${query}`, { ...tokenHeader(id, 3), prefer: 'wait=0' })).toMatchObject({
        status: 200,
      });
      for (const [other, version] of [
        [id, 4],
        [randomUUID(), 1],
      ] as const)
        for (const wait of [0, 30]) {
          const madeUp = await get(`/users/${id}${query}`, {
            ...tokenHeader(other, version),
            prefer: `wait=${wait}`,
          });
          expect(madeUp.body).toMatchObject({ status: 400, errors: [{ path: 'Consistency-Token' }] });
        }
      expect(await get(`/users/${id}${query}`, { 'consistency-token': 'no' })).toMatchObject({ status: 400 });
    });
  },
);

describe.each(['/users', '/stats/users', `/users/${randomUUID()}`])(
  'GET %s with a consistency token',
  (path) => {
    it('refuses one that no command returned, and waits for one that the event store has', async () => {
      const id = await aLife();
      for (const [other, version] of [
        [id, 999_999_999],
        [randomUUID(), 1],
      ] as const) {
        const madeUp = await get(path, { ...tokenHeader(other, version), prefer: 'wait=30' });
        expect(madeUp.body).toMatchObject({ status: 400, errors: [{ path: 'Consistency-Token' }] });
      }
      const late = await get(path, { ...tokenHeader(id, 3), prefer: 'wait=0' });
      expect(late.body).toMatchObject({ status: 503, code: 'projection-behind' });
    });
  },
);

describe('the event store', () => {
  it.each([NOBODY_LISTENS, undefined])(
    'is not there (%s): the past answers 503, and nothing else',
    async (url) => {
      const away = await startAppOn(readStore.url, url);
      try {
        for (const path of ['?version=1', '/events']) {
          const { headers, body } = await away.get(`/users/${randomUUID()}${path}`);
          expect(body).toMatchObject({ status: 503, code: 'event-store-unavailable' });
          expect(headers.get('retry-after')).toBe('1');
        }
        expect((await away.get('/users')).status).toBe(200);
      } finally {
        await away.app.close();
      }
    },
  );

  it('is waited for until it is migrated', async () => {
    const empty = await createTestDatabase('query-events');
    const waiting = await startAppOn(readStore.url, empty.url);
    const error = { 'event-store': { message: 'waiting for migrations: run fleet migrate' } };
    expect(await waiting.get('/health/ready')).toMatchObject({ status: 503, body: { error } });
    expect((await get('/health/ready')).status).toBe(200);
    await waiting.app.close();
    await empty.drop();
  });
});

it('personal data of the past is not shown by a store that went back in time, nor without its key', async () => {
  const keys = [{ kid: 'k1', secret: createSecretKey(randomBytes(32)) }];
  const encrypted = await startEventHistory(keys);
  const { app, get: ask } = await startAppOn(readStore.url, encrypted.url, keys);
  const id = randomUUID();
  await encrypted.append(id, [created(id)]);
  await encrypted.pool.query('update history set timeline = timeline + 1');
  for (const path of [`/users/${id}?version=1`, `/users/${id}/events`])
    expect((await ask(path)).body).toMatchObject({ status: 503, code: 'event-store-unavailable' });

  await acceptIdentity(encrypted.pool);

  expect((await ask(`/users/${id}?version=1`)).body).toMatchObject({ name: 'Ann' });

  const lost = randomUUID();
  await encrypted.append(lost, [created(lost)]);
  await encrypted.pool.query('delete from personal_data_keys where aggregate_id = $1', [lost]);
  for (const path of [`/users/${lost}?version=1`, `/users/${lost}/events`])
    expect((await ask(path)).body).toMatchObject({ status: 503, code: 'personal-data-locked' });
  await app.close();
  await encrypted.close();
});
