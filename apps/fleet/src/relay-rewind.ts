import { rewindRelay, USER_COMMANDS_RELAY } from '@eventfleet/outbox-relay';
import type { FleetConfig } from './fleet.config.js';
import { withPool } from './with-pool.js';

/** Every relay: what it publishes again, and how that is recognised. */
const RECOGNISED_BY = {
  kafka: 'every event; consumers drop what they have by its version',
  rabbitmq: 'every event; subscribers drop what they have by its message id',
  [USER_COMMANDS_RELAY]: 'every command that is kept; what took effect already, does not again',
} as const;

export type RelayName = keyof typeof RECOGNISED_BY;
export const RELAY_NAMES = Object.keys(RECOGNISED_BY) as RelayName[];

export async function rewind(
  { eventStoreUrl }: FleetConfig,
  { target }: { readonly target: RelayName },
): Promise<void> {
  const restored = await withPool(eventStoreUrl, (pool) => rewindRelay(pool, target), { timeoutMs: 0 });
  console.log(`the relay ${target} publishes again from the first: ${RECOGNISED_BY[target]}`);
  if (restored > 0)
    console.log(`${restored} of them from another Postgres server got transaction ids of this one`);
}
