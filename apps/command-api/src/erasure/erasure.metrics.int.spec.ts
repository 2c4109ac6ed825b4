import { migrateEventStore } from '@eventfleet/event-store';
import { createPool } from '@eventfleet/postgres';
import { createTestDatabase, type TestDatabase } from '@eventfleet/testing';
import { register } from 'prom-client';
import type pg from 'pg';
import { registerErasureMetrics } from './erasure.metrics.js';

let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await createTestDatabase('erasure-metrics', migrateEventStore);
  pool = createPool({ url: database.url, applicationName: 'test', max: 1 });
  registerErasureMetrics(pool);
});
afterAll(() => database.drop());

async function read(name: string): Promise<number[]> {
  const metric = await register.getSingleMetric(name)!.get();
  return metric.values.map(({ value }) => value);
}
const readAll = async () => [
  await read('eventfleet_erasures_running'),
  await read('eventfleet_erasure_oldest_age_seconds'),
];

it('the metrics of erasures count those that run, and tell the age of the oldest', async () => {
  expect(await readAll()).toEqual([[0], [0]]);
  await pool.query(
    `insert into erasures (erasure_id, aggregate_type, aggregate_id, requested_at, completed_at)
     select gen_random_uuid(), 'user', gen_random_uuid(), now() - age::interval, done
     from (values ('2 hours', null), ('1 minute', null), ('1 day', now())) as erasure (age, done)`,
  );

  const [running, [ageSeconds] = []] = await readAll();

  expect(running).toEqual([2]);
  expect(ageSeconds).toBeGreaterThanOrEqual(7_200);
  expect(ageSeconds).toBeLessThan(9_000);
  await pool.end();
  expect(await readAll()).toEqual([[], []]);
});
