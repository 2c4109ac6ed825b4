import { setTimeout as delay } from 'node:timers/promises';
import { withClient } from '@eventfleet/testing';
import type { ChaosFleet } from '../fleet/chaos-fleet.ts';

const DEADLINE_MS = 30_000;
const PAUSE_MS = 500;

interface ParkedKey {
  readonly key: string;
  /** Whether an operator has decided what is to become of its first event. */
  readonly isMarked: boolean;
}

export interface Discarded {
  /** The keys of which something was parked. */
  readonly keys: string[];
  /** Those of which something still is. */
  readonly left: string[];
}

/**
 * Discards what is parked, as an operator would, until nothing is or the deadline is over.
 */
export async function discardParked(fleet: ChaosFleet): Promise<Discarded> {
  const deadline = performance.now() + DEADLINE_MS;
  const seen = new Set<string>();
  for (;;) {
    const keys = [
      ...(await readParkedKeys(fleet.direct.readStoreUrl, 'parked_events')),
      ...(await readParkedKeys(fleet.direct.eventStoreUrl, 'process_managers.parked_events')),
    ];
    for (const { key } of keys) seen.add(key);
    if (keys.length === 0 || performance.now() > deadline)
      return { keys: [...seen], left: [...new Set(keys.map(({ key }) => key))] };
    const undecided = new Set(keys.filter(({ isMarked }) => !isMarked).map(({ key }) => key));
    // One that was just applied is parked no more when it is to be marked: the next round shows it.
    for (const key of undecided) await fleet.cli('parked', 'discard', key).catch(() => undefined);
    await delay(PAUSE_MS);
  }
}

/** One a projection and key. */
function readParkedKeys(
  url: string,
  table: 'parked_events' | 'process_managers.parked_events',
): Promise<ParkedKey[]> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<ParkedKey>(
      `select distinct on (projection, key) key, mark is not null as "isMarked" from ${table}
       order by projection, key, sequence`,
    );
    return rows;
  });
}
