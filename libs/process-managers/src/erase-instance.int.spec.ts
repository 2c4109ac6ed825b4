import { randomUUID } from 'node:crypto';
import { migrateEventStore } from '@eventfleet/event-store';
import { createPool } from '@eventfleet/postgres';
import { createTestDatabase, type TestDatabase } from '@eventfleet/testing';
import type pg from 'pg';
import { eraseInstances } from './erase-instance.js';
import { migrateProcessManagers, SCHEMA } from './migrate.js';

const RELAY = 'commands';

let database: TestDatabase;
let pool: pg.Pool;

beforeEach(async () => {
  database = await createTestDatabase('erase-instance', migrateEventStore, migrateProcessManagers);
  pool = createPool({ url: database.url, applicationName: 'test', max: 1, schema: SCHEMA });
});
afterEach(async () => {
  await pool.end();
  await database.drop();
});

/** With a timer and a command. */
async function beginInstance(id: string): Promise<void> {
  await pool.query(`insert into instances values ('saga', $1, '{"email":"x"}', 1)`, [id]);
  await pool.query(`insert into timers values ('saga', $1, 'tick', now(), now(), 0, 'c', '')`, [id]);
  await sendCommand(id, 1);
}

async function sendCommand(id: string, version: number): Promise<void> {
  await pool.query(
    `insert into outbox (event_id, aggregate_type, aggregate_id, version, event_type, schema_version, data,
                         correlation_id, causation_id, traceparent)
     values (gen_random_uuid(), 'user', $1, $2, 'remind-user', 1, '{}', 'c', 'c', '')`,
    [id, version],
  );
}

/** As the relay does once the broker has acknowledged. */
async function publish(): Promise<void> {
  await pool.query(
    `insert into public.relay_checkpoints (relay, transaction_id, global_position)
     select $1, transaction_id, global_position from outbox
     order by transaction_id desc, global_position desc limit 1
     on conflict (relay) do update
       set transaction_id = excluded.transaction_id, global_position = excluded.global_position`,
    [RELAY],
  );
}

async function left(): Promise<Record<string, number>> {
  const { rows } = await pool.query<Record<string, number>>(
    `select (select count(*)::integer from instances where state is not null) as states,
       (select count(*)::integer from timers) as timers, (select count(*)::integer from outbox) as commands`,
  );
  return rows[0]!;
}

describe('the instances of an aggregate that is erased', () => {
  it('end, and their timers and commands are deleted; those of others stay', async () => {
    const [id, other] = [randomUUID(), randomUUID()];
    await beginInstance(id);
    await beginInstance(other);
    await publish();

    expect(await eraseInstances(pool, id, RELAY)).toBe(3);
    expect(await left()).toEqual({ states: 1, timers: 1, commands: 1 });
    expect(await eraseInstances(pool, id, RELAY)).toBe(0);
  });

  it('wait for each command to be published, as the relay may hold it in memory', async () => {
    const id = randomUUID();
    await beginInstance(id);
    expect(await eraseInstances(pool, id, RELAY)).toBeUndefined();
    await publish();
    await sendCommand(id, 2);
    expect(await eraseInstances(pool, id, RELAY)).toBeUndefined();
    expect(await left()).toEqual({ states: 1, timers: 1, commands: 2 });

    await publish();

    expect(await eraseInstances(pool, id, RELAY)).toBe(4);
  });

  it('need not wait if nothing was ever sent', async () => {
    expect(await eraseInstances(pool, randomUUID(), RELAY)).toBe(0);
  });
});
