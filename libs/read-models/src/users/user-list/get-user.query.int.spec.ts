import { randomUUID } from 'node:crypto';
import { type ReadStoreFixture, startReadStore } from '../../read-store.fixture.js';
import { BEHIND, getUser } from '../../queries.js';

let store: ReadStoreFixture;
beforeAll(async () => {
  store = await startReadStore();
});
afterAll(() => store.close());

describe('getUser', () => {
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
    expect(await getUser(store.pool, id, undefined)).toEqual({
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
    expect(await getUser(store.pool, randomUUID(), undefined)).toBeUndefined();
  });

  it('is behind until the token is applied', async () => {
    const id = await store.insertUser();
    const token = { aggregateId: id, version: 2 };
    expect(await getUser(store.pool, id, token)).toBe(BEHIND);
    await store.applied('user-list', id, 1);
    expect(await getUser(store.pool, id, token)).toBe(BEHIND);
    await store.applied('user-list', id, 2);
    expect(await getUser(store.pool, id, token)).toMatchObject({ id });
  });

  it('knows of a deleted user that the token is applied', async () => {
    const id = randomUUID();
    await store.applied('user-list', id, 2);
    expect(await getUser(store.pool, id, { aggregateId: id, version: 2 })).toBeUndefined();
  });

  it('takes the token of another user, and asks no other projection', async () => {
    const id = await store.insertUser();
    const token = { aggregateId: randomUUID(), version: 1 };
    await store.applied('user-stats', token.aggregateId, 1);
    expect(await getUser(store.pool, id, token)).toBe(BEHIND);
    await store.applied('user-list', token.aggregateId, 1);
    expect(await getUser(store.pool, id, token)).toMatchObject({ id });
  });
});
