import { rewindRelay, USER_COMMANDS_RELAY } from '@eventfleet/outbox-relay';
import { createPool } from '@eventfleet/postgres';
import type { FleetConfig } from './fleet.config.js';

const RELAYS = ['kafka', USER_COMMANDS_RELAY];

export async function rewind(config: FleetConfig, relay: string): Promise<void> {
  if (!RELAYS.includes(relay))
    throw new Error(`there is no relay ${relay}: it is one of ${RELAYS.join(', ')}`);
  const pool = createPool({
    url: config.eventStoreUrl,
    applicationName: 'eventfleet-cli',
    max: 1,
    timeoutMs: 0,
  });
  try {
    const restored = await rewindRelay(pool, relay);
    console.log(
      relay === USER_COMMANDS_RELAY
        ? 'the relay publishes every command again that is kept; what took effect already, does not again'
        : 'the relay publishes every event again from the first; consumers drop what they have by its version',
    );
    if (restored > 0)
      console.log(`${restored} of them from another Postgres server got transaction ids of this one`);
  } finally {
    await pool.end();
  }
}
