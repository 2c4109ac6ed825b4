import { KEY_CACHE_MS } from '@eventfleet/event-store';
import { withTransaction } from '@eventfleet/postgres';
import type pg from 'pg';
import { DELETED, NOTHING_PERSONAL, UNREADABLE, type ErasurePlace } from './erasure-place.js';

/** Beyond the time for which keys are kept: what was read with one before may still be on its way. */
const UNDER_WAY_MS = 3_000;
/** Of reading a table with a row a user as a whole. */
const SCAN_TIMEOUT = '5min';

/** What the event store's database and the memory of processes have, in the order in which it is done. */
export function writeSidePlaces(pool: pg.Pool): ErasurePlace[] {
  const count = async (text: string, values: readonly unknown[]) =>
    Number((await pool.query<{ count: string }>(text, [...values])).rows[0]?.count ?? 0);
  const remove = async (table: string, { aggregateType, aggregateId }: Aggregate) =>
    (
      await pool.query(`delete from ${table} where aggregate_type = $1 and aggregate_id = $2`, [
        aggregateType,
        aggregateId,
      ])
    ).rowCount ?? 0;
  return [
    {
      name: 'memory',
      async erase({ ageMs }) {
        if (ageMs < KEY_CACHE_MS + UNDER_WAY_MS) return undefined;
        // Every command-api forgets the states that it has in memory.
        await pool.query(`update history set generation = generation + 1`);
        return { outcome: 'expired', count: 0 };
      },
    },
    {
      name: 'event-store',
      async erase({ aggregateType, aggregateId }) {
        const text = `select count(*) from events where aggregate_type = $1 and aggregate_id = $2 and data::text like '%"$enc":%'`;
        return { outcome: UNREADABLE, count: await count(text, [aggregateType, aggregateId]) };
      },
    },
    {
      name: 'snapshots',
      async erase(aggregate) {
        const newest = await remove('snapshots', aggregate);
        return { outcome: DELETED, count: newest + (await remove('snapshot_history', aggregate)) };
      },
    },
    {
      name: 'history',
      async erase({ aggregateType, aggregateId }) {
        const text = `select (select count(*) from history_conflicts where aggregate_type = $1 and aggregate_id = $2)
          + (select count(*) from history_replaced where aggregate_type = $1 and aggregate_id = $2) as count`;
        return { outcome: UNREADABLE, count: await count(text, [aggregateType, aggregateId]) };
      },
    },
    {
      name: 'claims',
      async erase({ aggregateId }) {
        // No index leads there: the erasure itself has released what the user held.
        const { rowCount } = await withTransaction(pool, async (client) => {
          await client.query(`set local transaction_timeout = '${SCAN_TIMEOUT}'`);
          await client.query(`set local statement_timeout = '${SCAN_TIMEOUT}'`);
          return client.query(`delete from claims where aggregate_id = $1`, [aggregateId]);
        });
        return { outcome: DELETED, count: rowCount ?? 0 };
      },
    },
    { name: 'idempotency-answers', erase: async () => ({ outcome: NOTHING_PERSONAL, count: 0 }) },
  ];
}

type Aggregate = { readonly aggregateType: string; readonly aggregateId: string };
