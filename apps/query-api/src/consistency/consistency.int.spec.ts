import { randomUUID } from 'node:crypto';
import { eventually } from '@eventfleet/testing';
import { type QueryApiFixture, startQueryApi, tokenHeader } from '../query-api.fixture.js';

let api: QueryApiFixture;
beforeAll(async () => {
  api = await startQueryApi();
});
afterAll(() => api.close());

/** One path a projection; `%` stands for the user's id. */
const ENDPOINTS: [string, string][] = [
  ['/users/%', 'user-list'],
  ['/users', 'user-list'],
  ['/stats/users', 'user-stats'],
];

describe.each(ENDPOINTS)('GET %s with a consistency token', (path, projection) => {
  const get = (id: string, headers: Record<string, string>) => api.get(path.replace('%', id), headers);

  it('answers at once when the command is reflected', async () => {
    const id = await api.insertUser();
    await api.applied(projection, id, 5);
    const { status, headers } = await get(id, { ...tokenHeader(id, 4), prefer: 'wait=0' });
    expect([status, headers.get('preference-applied')]).toEqual([200, 'wait=0']);
  });

  it('waits until the command is reflected', async () => {
    const id = await api.insertUser();
    const answer = get(id, { ...tokenHeader(id, 1), prefer: 'respond-async, wait=20' });
    const first = await Promise.race([
      answer,
      api.pool.query('select pg_sleep(0.2)').then(() => 'still waiting'),
    ]);
    expect(first).toBe('still waiting');
    await api.applied(projection, id, 1);
    const { status, headers } = await answer;
    expect([status, headers.get('preference-applied')]).toEqual([200, 'wait=20']);
  });

  it('answers 503 when it is not reflected in time', async () => {
    const id = await api.insertUser();
    await api.applied(projection === 'user-list' ? 'user-stats' : 'user-list', id, 1);
    const started = Date.now();
    const { status, headers, body } = await get(id, { ...tokenHeader(id, 1), prefer: 'wait=1' });
    expect(body).toMatchObject({ status: 503, code: 'projection-behind' });
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    expect(Date.now() - started).toBeGreaterThanOrEqual(999);
  });

  it('answers 503 at once when the user is parked in the projection that it asks', async () => {
    const id = await api.insertUser();
    await api.applied(projection, id, 1);
    await api.park(projection, id);
    const started = Date.now();

    const { headers, body } = await get(id, { ...tokenHeader(id, 2), prefer: 'wait=20' });

    expect(body).toMatchObject({ status: 503, code: 'projection-behind', reason: 'parked' });
    expect(headers.get('retry-after')).toBe('1');
    expect(Date.now() - started).toBeLessThan(2_000);
    expect((await get(id, { ...tokenHeader(id, 1), prefer: 'wait=0' })).status).toBe(200);
  });

  it('answers 503 at once when the user is parked while it waits, and not for another projection', async () => {
    const id = await api.insertUser();
    const started = Date.now();
    const answer = get(id, { ...tokenHeader(id, 1), prefer: 'wait=20' });
    await api.park(projection === 'user-list' ? 'user-stats' : 'user-list', id);
    const first = await Promise.race([
      answer,
      api.pool.query('select pg_sleep(0.2)').then(() => 'still waiting'),
    ]);
    expect(first).toBe('still waiting');

    await api.park(projection, id);

    expect((await answer).body).toMatchObject({ status: 503, code: 'projection-behind', reason: 'parked' });
    expect(Date.now() - started).toBeLessThan(5_000);
  });

  it('refuses a token that no command returned', async () => {
    const { body } = await get(randomUUID(), { 'consistency-token': 'nonsense' });
    expect(body).toMatchObject({
      status: 400,
      code: 'validation-failed',
      errors: [{ path: 'Consistency-Token' }],
    });
  });
});

describe('a wait', () => {
  it('is two seconds unless the client prefers another; what makes no sense is ignored', async () => {
    const started = Date.now();
    const { status, headers } = await api.get('/users', {
      ...tokenHeader(randomUUID(), 1),
      prefer: 'wait=long',
    });
    expect([status, headers.get('preference-applied')]).toEqual([503, null]);
    expect(Date.now() - started).toBeGreaterThanOrEqual(1_999);
  });

  it.each(['3600', '9999999999'])(
    'is at most thirty seconds, also where %s are asked for',
    async (seconds) => {
      const id = await api.insertUser();
      await api.applied('user-list', id, 1);
      const { headers } = await api.get('/users', { ...tokenHeader(id, 1), prefer: `wait=${seconds}` });
      expect(headers.get('preference-applied')).toBe('wait=30');
    },
  );

  it('ends when the client has gone', async () => {
    const ended = async () => {
      const { body } = await api.get('/metrics');
      return /consistency_wait_seconds_count\{projection="user-stats",outcome="behind"\} (\d+)/.exec(
        String(body),
      )?.[1];
    };
    const before = await ended();
    const headers = { ...tokenHeader(randomUUID(), 1), prefer: 'wait=30' };
    await expect(api.get('/stats/users', headers, AbortSignal.timeout(100))).rejects.toThrow('aborted');
    expect(await eventually(async () => (await ended()) !== before, { deadlineMs: 5_000 })).toBe(true);
  });
});
