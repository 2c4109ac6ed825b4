import { randomUUID } from 'node:crypto';
import { type ReadStoreFixture, startReadStore } from '../../read-store.fixture.js';
import { BEHIND, getUserStatistics } from '../../queries.js';

let store: ReadStoreFixture;
beforeAll(async () => {
  store = await startReadStore();
});
afterAll(() => store.close());

describe('getUserStatistics', () => {
  it('is all zero in an empty store', async () => {
    const empty = { total: 0, existing: 0, deleted: 0, createdPerDay: [] };
    expect(await getUserStatistics(store.pool, undefined)).toEqual(empty);
  });

  it('sums over partitions, days ascending', async () => {
    await store.pool.query(
      `insert into user_stats (partition, total, deleted) values (0, 5, 1), (7, 3000000000, 2)`,
    );
    await store.pool.query(
      `insert into user_stats_days (partition, day, created)
       values (7, '2026-03-02', 4), (0, '2026-03-02', 1), (0, '2025-12-31', 2)`,
    );
    expect(await getUserStatistics(store.pool, undefined)).toEqual({
      total: 3_000_000_005,
      existing: 3_000_000_002,
      deleted: 3,
      createdPerDay: [
        { day: '2025-12-31', count: 2 },
        { day: '2026-03-02', count: 5 },
      ],
    });
  });

  it('is behind until the token is applied by this projection', async () => {
    const token = { aggregateId: randomUUID(), version: 1 };
    await store.applied('user-list', token.aggregateId, 1);
    expect(await getUserStatistics(store.pool, token)).toBe(BEHIND);
    await store.applied('user-stats', token.aggregateId, 1);
    expect(await getUserStatistics(store.pool, token)).toHaveProperty('total');
  });
});
