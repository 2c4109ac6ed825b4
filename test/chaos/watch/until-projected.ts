import type { Kafka } from '@eventfleet/kafka';
import { withClient } from '@eventfleet/testing';
import type { DirectAccess } from '../fleet/chaos-fleet.ts';
import { readProjectionState } from './projection-state.ts';
import { untilNothingLeft } from './until-nothing-left.ts';

/**
 * Waits until everything that is stored is in Kafka and projected.
 * @returns what was still to do at the deadline; empty when nothing was
 */
export function untilProjected(direct: DirectAccess, kafka: Kafka, deadlineMs: number): Promise<string[]> {
  return untilNothingLeft(() => findUnprojected(direct, kafka), deadlineMs);
}

async function findUnprojected(
  { eventStoreUrl, readStoreUrl }: DirectAccess,
  kafka: Kafka,
): Promise<string[]> {
  const backlog = await countBacklog(eventStoreUrl);
  if (backlog > 0) return [`${backlog} events are stored and not published`];
  return (await readProjectionState(readStoreUrl, kafka))
    .filter(({ next, end }) => next < end)
    .map(({ name, next, end }) => `${name} stands at ${next} of ${end}`);
}

function countBacklog(url: string): Promise<number> {
  return withClient(url, async (client) => {
    const result = await client.query<{ events: number }>(
      `select count(*)::integer as events from events, relay_checkpoints as checkpoint
       where relay = 'kafka' and (events.transaction_id, events.global_position)
         > (checkpoint.transaction_id, checkpoint.global_position)`,
    );
    return result.rows[0]?.events ?? 0;
  });
}
