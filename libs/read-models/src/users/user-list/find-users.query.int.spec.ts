import { randomUUID } from 'node:crypto';
import type { AggregateVersion } from '@eventfleet/contracts';
import { type ReadStoreFixture, startReadStore } from '../../read-store.fixture.js';
import {
  BEHIND,
  findUsers,
  type ListPosition,
  type NotReflected,
  type PageRequest,
  type UserFilter,
  type UserView,
} from '../../queries.js';

let store: ReadStoreFixture;
beforeAll(async () => {
  store = await startReadStore();
});
afterAll(() => store.close());
beforeEach(() => store.clear());

interface ReadPage {
  readonly items: UserView[];
  readonly next: ListPosition | undefined;
}

async function list(
  filter: UserFilter = {},
  page: Partial<PageRequest> = {},
  token?: AggregateVersion,
): Promise<ReadPage | NotReflected> {
  const answer = await findUsers(store.pool, filter, { limit: 50, ...page }, token);
  if (typeof answer === 'symbol') return answer;
  return { items: answer.items.map((item) => JSON.parse(item) as UserView), next: answer.next };
}

async function listNow(filter?: UserFilter, page?: Partial<PageRequest>): Promise<ReadPage> {
  const answer = await list(filter, page);
  if (typeof answer === 'symbol') throw new Error('not reflected, without a token');
  return answer;
}

async function names(filter: UserFilter): Promise<string[]> {
  const { items } = await listNow(filter);
  return items.map(({ name }) => name).toSorted();
}

describe('findUsers filters', () => {
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

describe('findUsers pages', () => {
  const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms);

  it('have users as JSON, to the letter as JSON.stringify writes them', async () => {
    const user = {
      name: 'A "b" \\ c/d é \u2028 😀 \u007f',
      email: 'a"b@example.org',
      status: 'active',
      version: 3,
      createdAt: '2026-01-02T03:04:05.670Z',
      updatedAt: '2026-07-02T23:04:06.000Z',
    };
    const { createdAt, updatedAt } = user;
    const times = { createdAt: new Date(createdAt), updatedAt: new Date(updatedAt) };
    const id = await store.insertUser({ ...user, ...times });
    expect(await findUsers(store.pool, {}, { limit: 50 }, undefined)).toEqual({
      items: [JSON.stringify({ id, ...user })],
      next: undefined,
    });
  });

  it('are newest first, and end', async () => {
    for (const ms of [2, 1, 3]) await store.insertUser({ name: String(ms), createdAt: at(ms) });
    const { items, next } = await listNow();
    expect(items.map(({ name }) => name)).toEqual(['3', '2', '1']);
    expect(next).toBeUndefined();
  });

  it('show each user once, with equal times and while others are inserted', async () => {
    const expected = new Set<string>();
    for (let n = 0; n < 25; n++) expected.add(await store.insertUser({ createdAt: at(Math.floor(n / 10)) }));
    const seen: string[] = [];
    let after: PageRequest['after'];
    do {
      const page = await listNow({}, { limit: 5, after });
      seen.push(...page.items.map(({ id }) => id));
      after = page.next;
      await store.insertUser({ createdAt: at(1_000) });
    } while (after);
    expect(seen).toHaveLength(25);
    expect(new Set(seen)).toEqual(expected);
  });

  it('have no next one when the last is full', async () => {
    for (const ms of [1, 2]) await store.insertUser({ createdAt: at(ms) });
    expect(await listNow({}, { limit: 2 })).toMatchObject({ next: undefined });
  });
});

describe('findUsers with a token', () => {
  it('is behind until the token is applied', async () => {
    const id = await store.insertUser();
    const token = { aggregateId: id, version: 1 };
    expect(await list({}, {}, token)).toBe(BEHIND);
    await store.applied('user-list', id, 1);
    expect(await list({}, {}, token)).toMatchObject({ items: [{ id }] });
  });

  it('takes the token of a user that the filter leaves out', async () => {
    const token = { aggregateId: randomUUID(), version: 3 };
    await store.applied('user-list', token.aggregateId, 7);
    expect(await list({ name: 'x' }, {}, token)).toMatchObject({
      items: [],
    });
  });
});
