import { randomUUID } from 'node:crypto';
import { type ReadStoreFixture, startReadStore } from '../../read-store.fixture.js';
import { BEHIND, listUsers, type PageRequest, type UserFilter, type UserPage } from '../../queries.js';

let store: ReadStoreFixture;
beforeAll(async () => {
  store = await startReadStore();
});
afterAll(() => store.close());
beforeEach(() => store.clear());

async function list(filter: UserFilter = {}, page: Partial<PageRequest> = {}): Promise<UserPage> {
  const answer = await listUsers(store.dataSource, filter, { limit: 50, ...page }, undefined);
  if (typeof answer === 'symbol') throw new Error('not reflected, without a token');
  return answer;
}

async function names(filter: UserFilter): Promise<string[]> {
  const { items } = await list(filter);
  return items.map(({ name }) => name).toSorted();
}

describe('listUsers filters', () => {
  it('by email, exactly and without case', async () => {
    await store.insertUser({ name: 'a', email: 'Ann@Example.org' });
    await store.insertUser({ name: 'b', email: 'ann@example.org.uk' });
    expect(await names({ email: 'ANN@example.ORG' })).toEqual(['a']);
    expect(await names({ email: 'ann@example' })).toEqual([]);
  });

  it('by a prefix of the name, without case', async () => {
    await store.insertUser({ name: 'Ärmel' });
    await store.insertUser({ name: 'ärger' });
    await store.insertUser({ name: 'Bär' });
    expect(await names({ name: 'ÄR' })).toEqual(['Ärmel', 'ärger']);
  });

  it.each([
    ['%', ['%off']],
    ['_', ['_id']],
    ['\\', ['\\path']],
    ["'", ["'quote"]],
  ])('by a name that begins with %s', async (prefix, found) => {
    for (const name of ['%off', '_id', '\\path', "'quote", 'plain']) await store.insertUser({ name });
    expect(await names({ name: prefix })).toEqual(found);
  });

  it('by status, and by all at once', async () => {
    await store.insertUser({ name: 'a', email: 'a@example.org' });
    await store.insertUser({ name: 'a', email: 'b@example.org', status: 'pending' });
    expect(await names({ status: 'pending' })).toEqual(['a']);
    expect(await names({ status: 'pending', name: 'a', email: 'a@example.org' })).toEqual([]);
  });
});

describe('listUsers pages', () => {
  const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms);

  it('are newest first, and end', async () => {
    for (const ms of [2, 1, 3]) await store.insertUser({ name: String(ms), createdAt: at(ms) });
    const { items, next } = await list();
    expect(items.map(({ name }) => name)).toEqual(['3', '2', '1']);
    expect(next).toBeUndefined();
  });

  it('show each user once, with equal times and while others are inserted', async () => {
    const expected = new Set<string>();
    for (let n = 0; n < 25; n++) expected.add(await store.insertUser({ createdAt: at(Math.floor(n / 10)) }));
    const seen: string[] = [];
    let after: PageRequest['after'];
    do {
      const page = await list({}, { limit: 5, after });
      seen.push(...page.items.map(({ id }) => id));
      after = page.next;
      await store.insertUser({ createdAt: at(1_000) });
    } while (after);
    expect(seen).toHaveLength(25);
    expect(new Set(seen)).toEqual(expected);
  });

  it('have no next one when the last is full', async () => {
    for (const ms of [1, 2]) await store.insertUser({ createdAt: at(ms) });
    expect(await list({}, { limit: 2 })).toMatchObject({ next: undefined });
  });
});

describe('listUsers with a token', () => {
  it('is behind until the token is applied', async () => {
    const id = await store.insertUser();
    const token = { aggregateId: id, version: 1 };
    expect(await listUsers(store.dataSource, {}, { limit: 50 }, token)).toBe(BEHIND);
    await store.applied('user-list', id, 1);
    expect(await listUsers(store.dataSource, {}, { limit: 50 }, token)).toMatchObject({ items: [{ id }] });
  });

  it('takes the token of a user that the filter leaves out', async () => {
    const token = { aggregateId: randomUUID(), version: 3 };
    await store.applied('user-list', token.aggregateId, 7);
    expect(await listUsers(store.dataSource, { name: 'x' }, { limit: 50 }, token)).toMatchObject({
      items: [],
    });
  });
});
