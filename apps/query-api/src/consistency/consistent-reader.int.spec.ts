import { randomUUID } from 'node:crypto';
import { createPool } from '@eventfleet/postgres';
import { migrateReadStore, userList } from '@eventfleet/read-models';
import { BEHIND } from '@eventfleet/read-models/queries';
import { createTestDatabase, type TestDatabase } from '@eventfleet/testing';
import { ReadStore } from '../read-store/read-store.js';
import { IssuedTokens } from './issued-tokens.js';
import { ReadStoreReader } from './read-store-reader.js';

let database: TestDatabase;
let store: ReadStore;
beforeAll(async () => {
  database = await createTestDatabase('query-api', migrateReadStore);
  const pool = createPool({ url: database.url, applicationName: 'test', max: 2 });
  store = new ReadStore(pool);
});
afterAll(async () => {
  await store.onApplicationShutdown();
  await database.drop();
});

const aggregateType = 'user';
const token = { aggregateType, aggregateId: '0198c0de-0000-7000-8000-000000000001', version: 1 };
const behind = () => Promise.resolve(BEHIND);
/** Waits for a command that is never reflected. */
const waitFor = (aggregateId: string, waitMs: number, client = 'a') => ({
  token: { ...token, aggregateId },
  waitMs,
  client,
  abandoned: () => false,
});

const readerOn = (newest: ReadonlyMap<string, number> | undefined) =>
  new ReadStoreReader(
    store,
    new IssuedTokens({
      newestVersions: () => (newest ? Promise.resolve(newest) : Promise.reject(new Error('away'))),
      mayLackVersions: () => Promise.resolve(false),
    }),
  );

async function codesOf(answers: readonly Promise<unknown>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const end of await Promise.allSettled(answers)) {
    const code = end.status === 'rejected' ? (end.reason as { code: string }).code : 'answered';
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

describe('ConsistentReader', () => {
  it('lets a thousand requests wait, and refuses more', async () => {
    const reader = readerOn(undefined);
    const waits = Array.from({ length: 1_100 }, () => waitFor(randomUUID(), 1_500));
    expect(await codesOf(waits.map((wait) => reader.read(userList, wait, behind)))).toEqual({
      'projection-behind': 1_000,
      overloaded: 100,
    });
  });

  it('refuses tokens that no command returned, however many, and answers the others meanwhile', async () => {
    const id = randomUUID();
    const reader = readerOn(new Map([[id, 2]]));
    const forged = Array.from({ length: 2_000 }, () => waitFor(randomUUID(), 30_000));
    const refused = codesOf([
      ...forged.map((wait) => reader.read(userList, wait, behind)),
      reader.read(
        userList,
        { ...waitFor(id, 30_000), token: { ...token, aggregateId: id, version: 3 } },
        behind,
      ),
    ]);
    const started = Date.now();
    const late = () => Promise.resolve(Date.now() - started < 200 ? BEHIND : 'answer');
    const honest = Array.from({ length: 40 }, () => reader.read(userList, waitFor(id, 30_000), late));
    await store.pool.query(
      `insert into projection_versions (projection, aggregate_id, version)
                            values ('user-list', $1, 2)`,
      [id],
    );
    expect(await refused).toEqual({ 'validation-failed': 2_001 });
    expect(await codesOf(honest)).toEqual({ answered: 40 });
  });

  it('refuses a token that no command returned also if it may not wait', async () => {
    const reader = readerOn(new Map());
    expect(await codesOf([reader.read(userList, waitFor(randomUUID(), 0), behind)])).toEqual({
      'validation-failed': 1,
    });
  });

  it('lets everyone go when the app stops', async () => {
    const reader = readerOn(undefined);
    const waiting = reader.read(userList, waitFor(randomUUID(), 30_000), behind);
    const ends = Promise.allSettled([waiting]);
    await store.pool.query('select 1');
    reader.onModuleDestroy();
    expect(await ends).toMatchObject([{ status: 'rejected', reason: { code: 'projection-behind' } }]);
  });
});
