import { pipeline, withClient } from '@eventfleet/postgres';
import type pg from 'pg';

/**
 * Ends the instances of an aggregate that is erased, and deletes their timers and the commands to it. What an ended
 * instance is remembered by holds no data. Idempotent.
 * @param pool on the schema of the process managers
 * @returns how many rows were changed
 */
export async function eraseInstances(pool: pg.Pool, aggregateId: string): Promise<number> {
  const text = [aggregateId];
  const results = await withClient(pool, (client) =>
    pipeline(client, [
      'begin',
      { text: `delete from timers where instance_id = $1`, values: text },
      {
        text: `update instances set state = null where instance_id = $1 and state is not null`,
        values: text,
      },
      { text: `delete from outbox where aggregate_id = $1`, values: text },
      'commit',
    ]),
  );
  return results.reduce((sum, result) => sum + (result?.rowCount ?? 0), 0);
}
