import { createPool } from '@eventfleet/postgres';
import { migrateReadStore, userList } from '@eventfleet/read-models';
import { BEHIND, UserListRow } from '@eventfleet/read-models/queries';
import { createTestDatabase, type TestDatabase } from '@eventfleet/testing';
import { DataSource } from 'typeorm';
import { ReadStore } from '../read-store/read-store.js';
import { ReadStoreReader } from './read-store-reader.js';

let database: TestDatabase;
let store: ReadStore;
beforeAll(async () => {
  database = await createTestDatabase('query-api', migrateReadStore);
  const pool = createPool({ url: database.url, applicationName: 'test', max: 2 });
  store = new ReadStore(
    pool,
    new DataSource({ type: 'postgres', url: database.url, entities: [UserListRow] }),
  );
});
afterAll(async () => {
  await store.onApplicationShutdown();
  await database.drop();
});

const token = { aggregateType: 'user', aggregateId: '0198c0de-0000-7000-8000-000000000001', version: 1 };
const behind = () => Promise.resolve(BEHIND);

describe('ConsistentReader', () => {
  it('lets a thousand requests wait and refuses the next', async () => {
    const reader = new ReadStoreReader(store);
    const consistency = { token, waitMs: 500, abandoned: () => false };
    const waiting = Array.from({ length: 1_000 }, () => reader.read(userList, consistency, behind));
    const ends = Promise.allSettled(waiting);
    await Promise.resolve();
    await expect(reader.read(userList, consistency, behind)).rejects.toMatchObject({ code: 'overloaded' });
    const codes = (await ends).map((end) =>
      end.status === 'rejected' ? (end.reason as { code: string }).code : end,
    );
    expect(new Set(codes)).toEqual(new Set(['projection-behind']));
  });

  it('lets everyone go when the app stops', async () => {
    const reader = new ReadStoreReader(store);
    const waiting = reader.read(userList, { token, waitMs: 30_000, abandoned: () => false }, behind);
    const ends = Promise.allSettled([waiting]);
    await store.pool.query('select 1');
    reader.onModuleDestroy();
    expect(await ends).toMatchObject([{ status: 'rejected', reason: { code: 'projection-behind' } }]);
  });
});
