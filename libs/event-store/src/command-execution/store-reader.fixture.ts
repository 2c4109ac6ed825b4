import type pg from 'pg';
import { withTransaction } from '@eventfleet/postgres';
import { accountDecider } from '../account.fixture.js';
import type { Call, Model, ModelAccount } from './sequential-model.fixture.js';

interface EventRow {
  readonly aggregate_id: string;
  readonly version: number;
  readonly event_type: string;
  readonly schema_version: number;
  readonly data: string;
}

/**
 * What the tables say of these accounts and keys at one moment, folded event by event.
 * @throws where versions have gaps, or the claims are not exactly the names of the open accounts
 */
export async function readStore(
  pool: pg.Pool,
  accounts: readonly string[],
  calls: readonly Call[],
): Promise<Model> {
  const keys = calls.flatMap(({ key }) => key ?? []);
  const { events, claims, answers } = await withTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read');
    return {
      events: await client.query<EventRow>(
        `select aggregate_id, version, event_type, schema_version, data::text as data from events
         where aggregate_id = any($1) order by transaction_id, global_position`,
        [accounts],
      ),
      claims: await client.query<{ key: string; aggregate_id: string }>(
        'select key, aggregate_id from claims where aggregate_id = any($1)',
        [accounts],
      ),
      answers: await client.query<{ key: string; fingerprint: string; answer: string }>(
        'select key, fingerprint, answer from idempotency.answers where key = any($1)',
        [keys],
      ),
    };
  });
  const folded: Record<string, ModelAccount> = {};
  for (const row of events.rows) {
    const before = folded[row.aggregate_id] ?? { ...accountDecider.initialState, version: 0 };
    expect(row.version).toBe(before.version + 1);
    const event = accountDecider.catalog.read({
      type: row.event_type,
      schemaVersion: row.schema_version,
      data: row.data,
    });
    folded[row.aggregate_id] = { ...accountDecider.evolve(before, event), version: row.version };
  }
  const held = claims.rows.map((row) => `${row.aggregate_id} ${row.key}`);
  const open = Object.entries(folded).filter(([, { status }]) => status === 'open');
  expect(held.toSorted()).toEqual(open.map(([id, { name }]) => `${id} ${name}`).toSorted());
  return {
    accounts: folded,
    answers: Object.fromEntries(
      answers.rows.map(({ key, fingerprint, answer }) => [key, { fingerprint, answer }]),
    ),
  };
}
