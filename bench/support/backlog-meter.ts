import { openClient } from './client.ts';
import type { Meter } from './meter.ts';

/** Events that are not published yet, below zero: it grows to 0. */
export async function backlogMeter(eventStoreUrl: string): Promise<Meter> {
  const client = await openClient(eventStoreUrl);
  return {
    async count() {
      const { rows } = await client.query<{ events: number }>({
        name: 'backlog',
        text: `select count(*)::integer as events from events
               where (transaction_id, global_position) > (
                 coalesce((select transaction_id from relay_checkpoints where relay = 'kafka'), '0'::xid8),
                 coalesce((select global_position from relay_checkpoints where relay = 'kafka'), 0))`,
      });
      return -(rows[0]?.events ?? 0);
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}
