import { randomUUID } from 'node:crypto';
import { createPool, runMigrations } from '@eventfleet/postgres';
import {
  AddAppliedEvents1764000000005,
  CreateParkedEvents1764000000003,
  CreateProjectionTables1764000000001,
} from '@eventfleet/projections';
import { createTestDatabase } from '@eventfleet/testing';
import { migrateReadStore } from '../migrate.js';
import { CreateUserReadModels1764000000002 } from './1-create-user-read-models.migration.js';

const BEFORE = [
  CreateProjectionTables1764000000001,
  CreateUserReadModels1764000000002,
  CreateParkedEvents1764000000003,
  AddAppliedEvents1764000000005,
];

it('a read store of before keeps its versions, each projection in a partition of its own', async () => {
  const database = await createTestDatabase('partitions');
  await runMigrations({ url: database.url, migrations: BEFORE, applicationName: 'test' });
  const pool = createPool({ url: database.url, applicationName: 'test', max: 1 });
  const id = randomUUID();
  for (const projection of ['user-list', 'user-stats', 'another']) {
    await pool.query(
      `insert into projection_versions (projection, aggregate_id, version, parked, event_id, contribution)
       values ($1, $2, 7, true, $2, 'what it added')`,
      [projection, id],
    );
  }

  await migrateReadStore(database.url);

  const { rows } = await pool.query(
    `select tableoid::regclass::text as partition, projection, aggregate_id, version, parked, event_id, contribution
     from projection_versions order by projection`,
  );
  const row = { aggregate_id: id, version: 7, parked: true, event_id: id, contribution: 'what it added' };
  expect(rows).toEqual([
    { ...row, projection: 'another', partition: 'projection_versions_default' },
    { ...row, projection: 'user-list', partition: 'projection_versions_user_list' },
    { ...row, projection: 'user-stats', partition: 'projection_versions_user_stats' },
  ]);
  await pool.end();
  await database.drop();
});
