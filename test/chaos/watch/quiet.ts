import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Kafka } from '@eventfleet/kafka';
import type { DirectAccess } from '../fleet/chaos-fleet.ts';
import { readProjectionState } from './projection-state.ts';

const PAUSE_MS = 250;
const NAMED = 5;

/**
 * Waits until everything that is stored is in Kafka and projected.
 * @returns what had not come to rest at the deadline; empty when everything did
 */
export async function untilQuiet(direct: DirectAccess, kafka: Kafka, deadlineMs: number): Promise<string[]> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const restless = await findRestless(direct, kafka).catch((error: Error) => [error.message]);
    if (restless.length === 0 || performance.now() > deadline) return restless.slice(0, NAMED);
    await delay(PAUSE_MS);
  }
}

async function findRestless({ eventStoreUrl, readStoreUrl }: DirectAccess, kafka: Kafka): Promise<string[]> {
  const backlog = await countBacklog(eventStoreUrl);
  if (backlog > 0) return [`${backlog} events are stored and not published`];
  return (await readProjectionState(readStoreUrl, kafka))
    .filter(({ next, end }) => next < end)
    .map(({ name, next, end }) => `${name} stands at ${next} of ${end}`);
}

async function countBacklog(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const result = await client.query<{ events: number }>(
      `select count(*)::integer as events from events, relay_checkpoints as checkpoint
       where relay = 'kafka' and (events.transaction_id, events.global_position)
         > (checkpoint.transaction_id, checkpoint.global_position)`,
    );
    return result.rows[0]?.events ?? 0;
  } finally {
    await client.end();
  }
}
