import type pg from 'pg';
import { withTransaction } from '@eventfleet/postgres';
import { tableOf } from './relay-table.js';

/**
 * Makes the relay accept the server and broker that it finds next, and publish every event again from the first.
 * A running relay loses its lease by the new epoch and starts over. Events that were restored from another Postgres
 * server may have transaction ids that this one has not reached. They get the present one; their positions keep them in
 * version order per aggregate.
 * @returns how many events had such an id
 */
export async function rewindRelay(pool: pg.Pool, relay: string): Promise<number> {
  return withTransaction(pool, async (client) => {
    await client.query(`set local transaction_timeout = 0`);
    await client.query(`set local statement_timeout = 0`);
    await client.query(
      `insert into relay_checkpoints (relay, epoch) values ($1, 1)
       on conflict (relay) do update set epoch = relay_checkpoints.epoch + 1, holder = '', lease_until = '-infinity',
         transaction_id = '0', global_position = 0, system_identifier = null, target_state = null`,
      [relay],
    );
    const restored = await client.query(
      `update ${tableOf(relay)} set transaction_id = pg_current_xact_id() where transaction_id > pg_current_xact_id()`,
    );
    return restored.rowCount ?? 0;
  });
}
