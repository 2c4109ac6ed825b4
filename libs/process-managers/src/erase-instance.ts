import { pipeline, withPipelinedTransaction } from '@eventfleet/postgres';
import type pg from 'pg';

/**
 * Ends the instances of an aggregate that is erased, and deletes their timers and the commands to it. What an ended
 * instance is remembered by holds no data. Idempotent.
 * @param pool on the schema of the process managers
 * @param relay the one that publishes the commands
 * @returns how many rows were changed; undefined, and nothing was, while a command is not published yet: the relay may
 *   hold it in memory, and would publish it after this
 */
export async function eraseInstances(
  pool: pg.Pool,
  aggregateId: string,
  relay: string,
): Promise<number | undefined> {
  const values = [aggregateId];
  return withPipelinedTransaction(pool, async (client) => {
    const results = await pipeline(client, [
      'begin',
      // First, as whoever fires a timer does: two who lock in another order could wait for each other.
      { text: `select from instances where instance_id = $1 for update`, values },
      { text: `delete from timers where instance_id = $1`, values },
      { text: `update instances set state = null where instance_id = $1 and state is not null`, values },
      {
        text: `delete from outbox using public.relay_checkpoints as checkpoint
               where aggregate_id = $1 and relay = $2
                 and (outbox.transaction_id, outbox.global_position)
                   <= (checkpoint.transaction_id, checkpoint.global_position)`,
        values: [aggregateId, relay],
      },
    ]);
    const { rowCount } = await client.query(`select from outbox where aggregate_id = $1`, values);
    const isPublished = rowCount === 0;
    await client.query(isPublished ? 'commit' : 'rollback');
    const [, , ...changed] = results;
    return isPublished ? changed.reduce((sum, result) => sum + (result.rowCount ?? 0), 0) : undefined;
  });
}
