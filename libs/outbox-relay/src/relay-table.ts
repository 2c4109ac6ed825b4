import type { TailTable } from '@eventfleet/event-store';

/** The relay of the commands that process managers send; every other one publishes events. */
export const USER_COMMANDS_RELAY = 'user-commands';

/** The table that a relay publishes. */
export function tableOf(relay: string): TailTable {
  return relay === USER_COMMANDS_RELAY ? 'process_managers.outbox' : 'events';
}
