import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { migrateReadStore } from '@eventfleet/read-models';
import { createTestDatabase, eventually } from '@eventfleet/testing';
import { startProxy } from './silent-proxy.fixture.js';
import { type QueryApiFixture, startAppOn, startQueryApi } from '../query-api.fixture.js';

/** Two seconds, and a few more that a busy machine may need. */
const IN_TIME_MS = 5_000;

const PATHS = [`/users/${randomUUID()}`, '/users', '/stats/users'];
const NOBODY_LISTENS = 'postgres://postgres@127.0.0.1:9/none';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function start(readStoreUrl: string): Promise<QueryApiFixture['get']> {
  const { app, get } = await startAppOn(readStoreUrl);
  cleanups.push(() => app.close());
  return get;
}

async function statuses(get: QueryApiFixture['get']): Promise<number[]> {
  return Promise.all(PATHS.map(async (path) => (await get(path)).status));
}

describe('the read store', () => {
  it.each(PATHS)('is not there: %s answers 503 soon', async (path) => {
    const get = await start(NOBODY_LISTENS);
    const started = Date.now();
    const { headers, body } = await get(path);
    expect(body).toMatchObject({ status: 503, code: 'read-store-unavailable' });
    expect(headers.get('retry-after')).toBe('1');
    expect(Date.now() - started).toBeLessThan(IN_TIME_MS);
  });

  it.each(PATHS)('does not answer: %s answers 503 within two seconds', async (path) => {
    const silent = createServer();
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    cleanups.push(async () => void silent.close());
    const get = await start(`postgres://postgres@127.0.0.1:${(silent.address() as AddressInfo).port}/none`);
    const started = Date.now();
    expect(await get(path)).toMatchObject({ status: 503, body: { code: 'read-store-unavailable' } });
    expect(Date.now() - started).toBeLessThan(IN_TIME_MS);
  });

  it('is waited for while its database does not exist', async () => {
    const database = await createTestDatabase('query-api');
    cleanups.push(() => database.drop());
    await database.drop();
    const get = await start(database.url);
    expect(await statuses(get)).toEqual([503, 503, 503]);
    await migrateReadStore(database.url);
    expect(await statuses(get)).toEqual([404, 200, 200]);
  });

  it('is waited for, and named, until it is migrated', async () => {
    const database = await createTestDatabase('query-api');
    cleanups.push(() => database.drop());
    const get = await start(database.url);
    const error = { 'read-store': { message: 'waiting for migrations: run fleet migrate' } };
    expect(await get('/health/ready')).toMatchObject({ status: 503, body: { error } });
    expect(await statuses(get)).toEqual([503, 503, 503]);
    await migrateReadStore(database.url);
    expect(await get('/health/ready')).toMatchObject({ status: 200 });
    expect(await statuses(get)).toEqual([404, 200, 200]);
  });

  it('gives up connections that fell silent, those of lists too', async () => {
    const api = await startQueryApi();
    cleanups.push(() => api.close());
    const proxy = await startProxy(api.pool.options.connectionString ?? '');
    cleanups.push(() => proxy.close());
    const get = await start(proxy.url);
    expect((await get('/users')).status).toBe(200);

    const silenced = proxy.silence();
    expect((await get('/users')).status).toBe(503);
    await eventually(() => silenced.every(({ destroyed }) => destroyed), { describe: 'their end' });

    expect(silenced).toHaveLength(1);
    expect((await get('/users')).status).toBe(200);
  });

  it('comes back after its connections broke', async () => {
    const api = await startQueryApi();
    cleanups.push(() => api.close());
    expect(await statuses(api.get)).toEqual([404, 200, 200]);
    await api.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name like 'eventfleet query-api%'`,
    );
    const recovered = await eventually(async () => {
      const now = await statuses(api.get);
      return now.includes(503) ? undefined : now;
    });
    expect(recovered).toEqual([404, 200, 200]);
  });
});
