import { rewindRelay } from '@eventfleet/outbox-relay';
import { createPool } from '@eventfleet/postgres';
import type { FleetConfig } from './fleet.config.js';

export async function rewind(config: FleetConfig): Promise<void> {
  const pool = createPool({
    url: config.eventStoreUrl,
    applicationName: 'eventfleet-cli',
    max: 1,
    timeoutMs: 0,
  });
  try {
    const restored = await rewindRelay(pool, 'kafka');
    console.log(
      'the relay publishes every event again from the first; consumers drop what they have by its version',
    );
    if (restored > 0)
      console.log(`${restored} events from another Postgres server got transaction ids of this one`);
  } finally {
    await pool.end();
  }
}
