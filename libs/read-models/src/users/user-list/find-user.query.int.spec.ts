import { randomUUID } from 'node:crypto';
import { type ReadStoreFixture, startReadStore } from '../../read-store.fixture.js';
import { BEHIND, findUser, findUsersById } from '../../queries.js';

let store: ReadStoreFixture;
beforeAll(async () => {
  store = await startReadStore();
});
afterAll(() => store.close());

describe('findUser', () => {
  it('returns the user with times in milliseconds', async () => {
    const createdAt = new Date('2026-01-02T03:04:05.678Z');
    const updatedAt = new Date('2026-01-02T03:04:06.000Z');
    const id = await store.insertUser({
      name: 'Ann',
      email: 'Ann@Example.org',
      version: 3,
      createdAt,
      updatedAt,
    });
    expect(await findUser(store.pool, id, undefined)).toEqual({
      id,
      name: 'Ann',
      email: 'Ann@Example.org',
      status: 'active',
      version: 3,
      createdAt: '2026-01-02T03:04:05.678Z',
      updatedAt: '2026-01-02T03:04:06.000Z',
    });
  });

  it('returns undefined for a user that is not there', async () => {
    expect(await findUser(store.pool, randomUUID(), undefined)).toBeUndefined();
  });

  it('is behind until the token is applied', async () => {
    const id = await store.insertUser();
    const token = { aggregateId: id, version: 2 };
    expect(await findUser(store.pool, id, token)).toBe(BEHIND);
    await store.applied('user-list', id, 1);
    expect(await findUser(store.pool, id, token)).toBe(BEHIND);
    await store.applied('user-list', id, 2);
    expect(await findUser(store.pool, id, token)).toMatchObject({ id });
  });

  it('knows of a deleted user that the token is applied', async () => {
    const id = randomUUID();
    await store.applied('user-list', id, 2);
    expect(await findUser(store.pool, id, { aggregateId: id, version: 2 })).toBeUndefined();
  });

  it('takes the token of another user, and asks no other projection', async () => {
    const id = await store.insertUser();
    const token = { aggregateId: randomUUID(), version: 1 };
    await store.applied('user-stats', token.aggregateId, 1);
    expect(await findUser(store.pool, id, token)).toBe(BEHIND);
    await store.applied('user-list', token.aggregateId, 1);
    expect(await findUser(store.pool, id, token)).toMatchObject({ id });
  });
});

describe('findUsersById', () => {
  it('answers each in the order of the question, by its own token', async () => {
    const [a, b] = [await store.insertUser(), await store.insertUser()];
    await store.applied('user-list', b, 2);
    const asked = [
      { id: b, token: { aggregateId: b, version: 2 } },
      { id: randomUUID(), token: undefined },
      { id: a, token: undefined },
      { id: b, token: { aggregateId: b, version: 3 } },
      { id: a, token: { aggregateId: b, version: 2 } },
      { id: a, token: undefined },
    ];
    const found = await findUsersById(store.pool, asked);
    expect(found.map((one) => (typeof one === 'object' ? one.id : one))).toEqual([
      b,
      undefined,
      a,
      BEHIND,
      a,
      a,
    ]);
  });

  it('looks into the indexes for each, also by a plan that the server keeps since the tables were small', async () => {
    await store.clear();
    const client = await store.pool.connect();
    await client.query('begin');
    const ids = Array.from({ length: 20 }, () => randomUUID());
    const asked = ids.map((id) => ({ id, token: { aggregateId: id, version: 1 } }));
    for (let time = 0; time < 10; time++) await findUsersById(client, asked);
    await client.query(
      `with users as (
         insert into user_list (id, name, email, email_key, status, version, created_at, updated_at)
         select id, 'Ann', 'a', 'a', 'active', 1, now(), now()
         from (select gen_random_uuid() as id from generate_series(1, 5000) union all select unnest($1::uuid[])) as new
         returning id)
       insert into projection_versions (projection, aggregate_id, version) select 'user-list', id, 1 from users`,
      [ids],
    );
    const found: unknown[] = await findUsersById(client, asked);
    const { rows } = await client.query<{ read: number }>(
      `select sum(seq_tup_read + idx_tup_fetch)::integer as read from pg_stat_xact_user_tables
       where relname = any($1)`,
      [['user_list', 'projection_versions_user_list']],
    );
    await client.query('rollback');
    client.release();

    expect(found).toEqual(ids.map((id) => expect.objectContaining({ id }) as unknown));
    // To join is to read all 10,040.
    expect(rows[0]!.read).toBeLessThanOrEqual(200);
  });
});
