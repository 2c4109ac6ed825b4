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
});
