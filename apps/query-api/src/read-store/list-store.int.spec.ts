import { randomUUID } from 'node:crypto';
import { type QueryApiFixture, startQueryApi } from '../query-api.fixture.js';

let api: QueryApiFixture;
beforeAll(async () => {
  api = await startQueryApi();
});
afterAll(() => api.close());

it('however many lists wait for the store, a read by id does not wait for them', async () => {
  await api.get(`/users/${randomUUID()}`);
  const client = await api.pool.connect();
  try {
    await client.query('begin');
    // Statistics and lists hang, reads by id do not.
    await client.query('lock table user_stats in access exclusive mode');
    const slow = Array.from({ length: 60 }, () => api.get('/stats/users'));
    const read = Array.from({ length: 40 }, async () => (await api.get(`/users/${randomUUID()}`)).status);
    expect(new Set(await Promise.all(read))).toEqual(new Set([404]));
    await client.query('rollback');
    await Promise.all(slow);
  } finally {
    client.release(true);
  }
  expect((await api.get('/stats/users')).status).toBe(200);
});
