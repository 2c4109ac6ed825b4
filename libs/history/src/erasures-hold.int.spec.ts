import { randomUUID } from 'node:crypto';
import { userEvents, type RecordedEvent } from '@eventfleet/contracts';
import { migrateEventStore, readRunningErasures } from '@eventfleet/event-store';
import { createPool } from '@eventfleet/postgres';
import { createTestDatabase, type TestDatabase } from '@eventfleet/testing';
import type pg from 'pg';
import { pino } from 'pino';
import type { AnyDecider } from './adopt-events.js';
import { markConflicts, readConflicts } from './conflicts.js';
import { ConflictResolver } from './resolve-conflicts.js';
import { takeBackAggregate } from './take-back-aggregate.js';

const decider: AnyDecider = {
  catalog: userEvents,
  initialState: {},
  stateVersion: 1,
  evolve: (state) => state,
  claims: () => [],
};

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase('erasures-hold', migrateEventStore);
  pool = createPool({ url: database.url, applicationName: 'test', max: 2 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** Of a user of whom the store has another second version, and a key that was destroyed since. */
async function lostErasure(): Promise<{ id: string; lost: RecordedEvent[] }> {
  const id = randomUUID();
  await pool.query(
    `insert into personal_data_keys (aggregate_type, aggregate_id, kid, wrapped) values ('user', $1, 'k', 'a.b')`,
    [id],
  );
  await pool.query(
    `insert into events (event_id, aggregate_type, aggregate_id, version, event_type, schema_version, data,
                         occurred_at, correlation_id, causation_id, traceparent)
     select gen_random_uuid(), 'user', $1, version, 'user.updated', 1, '{}', now(), 'c', 'c', '' from generate_series(1, 2) as version`,
    [id],
  );
  const lost = ['user.deleted', 'user.erased'].map((type, index) => ({
    eventId: randomUUID(),
    aggregateType: 'user',
    aggregateId: id,
    version: index + 2,
    type,
    schemaVersion: 1,
    data: JSON.stringify({ id }),
    occurredAt: '2026-01-01T00:00:00.000Z',
    correlationId: 'c',
    causationId: 'k',
    traceparent: 't',
    globalPosition: String(1_000 + index),
  }));
  return { id, lost };
}

async function wrappedKeyOf(id: string): Promise<string | null | undefined> {
  const { rows } = await pool.query<{ wrapped: string | null }>(
    `select wrapped from personal_data_keys where aggregate_id = $1`,
    [id],
  );
  return rows[0]?.wrapped;
}

describe('a published erasure that contradicts the store', () => {
  it('destroys the key again before anybody decides', async () => {
    const { id, lost } = await lostErasure();
    expect(await wrappedKeyOf(id)).toBe('a.b');

    const { adoptable, conflicting } = await takeBackAggregate({ pool }, decider, lost);

    expect([adoptable.length, conflicting.length]).toEqual([0, 2]);
    expect(await wrappedKeyOf(id)).toBeNull();
    expect(await readRunningErasures(pool, 9)).toContainEqual(expect.objectContaining({ aggregateId: id }));
  });

  it('cannot be given up, also if it was marked before', async () => {
    const { id, lost } = await lostErasure();
    await takeBackAggregate({ pool }, decider, lost);
    const refused = { code: 'erasure-published', message: expect.stringContaining(id) as string };
    await expect(markConflicts(pool, 'keep', { aggregateId: id })).rejects.toMatchObject(refused);
    await expect(markConflicts(pool, 'keep', {})).rejects.toMatchObject(refused);

    await pool.query(`update history_conflicts set mark = 'keep' where aggregate_id = $1`, [id]);
    await new ConflictResolver({
      pool,
      kafka: {} as never,
      topicPrefix: '',
      deciders: [decider],
      applicationName: 'commands',
      logger: pino({ level: 'silent' }),
    }).resolveMarked();

    const [conflict] = await readConflicts(pool, { aggregateId: id });
    expect(conflict).toMatchObject({ mark: undefined, published: [{}, { event: { type: 'user.erased' } }] });
    expect(await markConflicts(pool, 'adopt', { aggregateId: id })).toBe(1);
  });
});
