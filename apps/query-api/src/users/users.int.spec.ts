import { randomUUID } from 'node:crypto';
import { type QueryApiFixture, startQueryApi } from '../query-api.fixture.js';

let api: QueryApiFixture;
beforeAll(async () => {
  api = await startQueryApi();
});
afterAll(() => api.close());

describe('GET /users/:id', () => {
  it('answers the user with its entity tag', async () => {
    const createdAt = new Date('2026-01-02T03:04:05.678Z');
    const id = await api.insertUser({ name: 'Ann', email: 'Ann@example.org', createdAt, version: 4 });
    const { status, headers, body } = await api.get(`/users/${id.toUpperCase()}`);
    expect([status, headers.get('etag')]).toEqual([200, '"4"']);
    expect(body).toEqual({
      id,
      name: 'Ann',
      email: 'Ann@example.org',
      status: 'active',
      version: 4,
      createdAt: '2026-01-02T03:04:05.678Z',
      updatedAt: '2026-01-02T03:04:05.678Z',
    });
  });

  it('answers 304 to a client that has this version', async () => {
    const id = await api.insertUser({ version: 4 });
    const current = await api.get(`/users/${id}`, { 'if-none-match': '"3", W/"4"' });
    expect(current).toMatchObject({ status: 304, body: undefined });
    expect(current.headers.get('etag')).toBe('"4"');
    expect(await api.get(`/users/${id}`, { 'if-none-match': '"3"' })).toMatchObject({ status: 200 });
  });

  it('answers 404 for a user that is not there', async () => {
    const { status, headers, body } = await api.get(`/users/${randomUUID()}`, { 'if-none-match': '*' });
    expect(body).toMatchObject({
      status,
      code: 'user-not-found',
      correlationId: headers.get('x-correlation-id'),
    });
    expect(status).toBe(404);
  });

  it.each([
    ['/users/17', 'id'],
    [`/users/${randomUUID()}?page=1`, 'page'],
  ])('refuses %s', async (path, wrong) => {
    const { body } = await api.get(path);
    expect(body).toMatchObject({ status: 400, code: 'validation-failed', errors: [{ path: wrong }] });
  });
});

describe('GET /users', () => {
  const email = (n: number) => `list-${n}@example.org`;
  beforeAll(async () => {
    for (let n = 0; n < 5; n++)
      await api.insertUser({ name: `List ${n}`, email: email(n), createdAt: new Date(n) });
  });

  it('filters', async () => {
    const items = [{ name: 'List 3', email: email(3) }];
    expect(await api.get(`/users?email=${email(3).toUpperCase()}`)).toMatchObject({
      status: 200,
      body: { items, nextCursor: null },
    });
    expect(await api.get('/users?name=lIsT%203&status=active')).toMatchObject({ body: { items } });
    expect(await api.get('/users?name=list&status=pending')).toMatchObject({
      body: { items: [], nextCursor: null },
    });
  });

  it('pages', async () => {
    const names: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body } = await api.get(`/users?name=list&limit=2${cursor && `&cursor=${cursor}`}`);
      const page = body as { items: { name: string }[]; nextCursor: string | null };
      names.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
    }
    expect(names).toEqual(['List 4', 'List 3', 'List 2', 'List 1', 'List 0']);
  });

  it('takes a name as long as one may be, however its characters are written', async () => {
    const { status } = await api.get(`/users?name=${encodeURIComponent('🦊'.repeat(200))}`);
    expect(status).toBe(200);
  });

  it.each([
    'limit=0',
    'limit=201',
    'limit=ten',
    'limit=1e1',
    'limit=',
    'cursor=nonsense',
    'cursor=',
    'status=deleted',
    'name=%00',
    'email=a&email=b',
    'page=2',
  ])('refuses ?%s', async (query) => {
    const { body } = await api.get(`/users?${query}`);
    expect(body).toMatchObject({
      status: 400,
      code: 'validation-failed',
      errors: [{ path: query.split('=')[0] }],
    });
  });
});

describe('GET /stats/users', () => {
  it('answers the counters', async () => {
    await api.pool.query(`insert into user_stats (partition, total, deleted) values (0, 3, 1), (1, 2, 0)`);
    await api.pool.query(
      `insert into user_stats_days (partition, day, created) values (0, '2026-01-02', 3), (1, '2026-01-02', 2)`,
    );
    const { status, body } = await api.get('/stats/users');
    expect(status).toBe(200);
    expect(body).toEqual({
      total: 5,
      existing: 4,
      deleted: 1,
      createdPerDay: [{ day: '2026-01-02', count: 5 }],
    });
  });

  it('refuses an unknown parameter', async () => {
    expect(await api.get('/stats/users?day=1')).toMatchObject({
      status: 400,
      body: { code: 'validation-failed' },
    });
  });
});
