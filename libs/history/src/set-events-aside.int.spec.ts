import { randomUUID } from 'node:crypto';
import { migrateEventStore } from '@eventfleet/event-store';
import { createPool, withTransaction } from '@eventfleet/postgres';
import { createTestDatabase } from '@eventfleet/testing';
import type pg from 'pg';
import { closeConflict, markConflicts, unmarkConflict } from './conflicts.js';

const ROLE = 'set_events_aside_test';

it('a role that may only add events sets aside those that an operator gave up, and no others', async () => {
  const database = await createTestDatabase('aside');
  await migrateEventStore(database.url);
  const pool = createPool({ url: database.url, applicationName: 'test', max: 1 });
  const [id, other] = [randomUUID(), randomUUID()];
  for (const aggregateId of [id, other]) {
    await pool.query(
      `insert into events (event_id, aggregate_type, aggregate_id, version, event_type, schema_version, data,
                           occurred_at, correlation_id, causation_id, traceparent)
       select gen_random_uuid(), 'user', $1, version, 'user.updated', 1, '{}', now(), 'c', 'c', '' from generate_series(1, 3) as version`,
      [aggregateId],
    );
  }
  const versions = async (table: string) => {
    const { rows } = await pool.query<{ versions: number[] }>(
      `select coalesce(array_agg(version order by version), '{}') as versions from ${table} where aggregate_id = $1`,
      [id],
    );
    return rows[0]!.versions;
  };
  const asRole = (work: (client: pg.ClientBase) => Promise<unknown>) =>
    withTransaction(pool, async (client) => {
      await client.query(`set local role ${ROLE}`);
      await work(client);
    });
  const setAside = (aggregateId: string, fromVersion = 2) =>
    asRole(async (client) => {
      await client.query('select lock_events()');
      await client.query('select set_events_aside($1, $2, $3)', ['user', aggregateId, fromVersion]);
    });
  await pool.query(`create role ${ROLE}`);
  await pool.query(`grant execute on function lock_events(), set_events_aside, unmark_conflict to ${ROLE}`);
  await pool.query(`grant select, insert on events to ${ROLE}`);
  await pool.query(
    `insert into history_conflicts (event_id, aggregate_type, aggregate_id, version, event, reason)
     values (gen_random_uuid(), 'user', $1, 2, '{}', 'version-taken')`,
    [id],
  );

  await expect(setAside(id)).rejects.toMatchObject({ code: '42501' });
  await markConflicts(pool, 'keep', { aggregateId: id });
  await expect(setAside(id)).rejects.toMatchObject({ code: '42501' });
  await markConflicts(pool, 'adopt', { aggregateId: id });
  await expect(setAside(other)).rejects.toMatchObject({ code: '42501' });
  await expect(setAside(id, 1)).rejects.toMatchObject({ code: '42501' });
  await asRole((client) => unmarkConflict(client, { aggregateType: 'user', aggregateId: id }, 'claim-taken'));
  await expect(setAside(id)).rejects.toMatchObject({ code: '42501' });
  await markConflicts(pool, 'adopt', { aggregateId: id });
  expect(await versions('events')).toEqual([1, 2, 3]);
  await setAside(id);

  expect(await versions('events')).toEqual([1]);
  expect(await versions('history_replaced')).toEqual([2, 3]);
  const conflict = { aggregateType: 'user', aggregateId: id, mark: 'adopt', published: [] } as const;
  await withTransaction(pool, (client) => closeConflict(client, conflict, 'adopted'));
  await expect(setAside(id)).rejects.toMatchObject({ code: '42501' });

  await pool.query(`drop owned by ${ROLE}`);
  await pool.query(`drop role ${ROLE}`);
  await pool.end();
  await database.drop();
});
