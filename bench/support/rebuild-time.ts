import { withClient } from '@eventfleet/testing';
import type { Fleet } from './fleet.ts';

/** Rebuilt beside the live one. */
const PROJECTION = 'user-list';

/** @returns milliseconds that a rebuild of the user list takes, from its first table until it is level with the live one */
export async function measureRebuild(fleet: Fleet): Promise<number> {
  await fleet.cli('projection', 'rebuild', PROJECTION);
  const milliseconds = await withClient(fleet.readStoreUrl, async (client) => {
    const { rows } = await client.query<{ milliseconds: number }>(
      `select extract(epoch from updated_at - started_at)::float8 * 1000 as milliseconds
       from projection_rebuilds where projection = $1 and phase = 'ready'`,
      [PROJECTION],
    );
    return rows[0]?.milliseconds ?? Number.NaN;
  });
  await fleet.cli('projection', 'drop', PROJECTION, 'new');
  return milliseconds;
}
