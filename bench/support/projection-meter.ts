import { openClient } from './client.ts';
import type { Meter } from './meter.ts';

/**
 * Events that both read models have, by their checkpoints: while one is ahead of the other, the mean of the two;
 * `behind` counts the one that is less far.
 */
export async function projectionMeter(
  readStoreUrl: string,
  count: 'mean' | 'behind' = 'mean',
): Promise<Meter> {
  const client = await openClient(readStoreUrl);
  const aggregate = count === 'mean' ? 'sum(events) / 2' : 'case count(*) when 2 then min(events) else 0 end';
  return {
    async count() {
      const { rows } = await client.query<{ events: number }>({
        name: 'projected',
        text: `select coalesce(${aggregate}, 0)::float8 as events
               from (select sum(next_offset) as events from projection_checkpoints group by projection) as projections`,
      });
      return rows[0]?.events ?? 0;
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}
