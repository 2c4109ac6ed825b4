import { CommandExecutor, EventStore } from '@eventfleet/event-store';
import { createPool } from '@eventfleet/postgres';
import type { UserEvent } from '@eventfleet/contracts';
import { newId } from '@eventfleet/ids';
import { benchDecider, type BenchUser, type PutUser } from './user.decider.ts';

/** The library as command-api uses it, without HTTP. */
export function openUserExecutor(eventStoreUrl: string, options: { maxCached?: number } = {}) {
  const pool = createPool({ url: eventStoreUrl, applicationName: 'bench', max: 2, pipeline: true });
  const executor = new CommandExecutor<BenchUser | undefined, PutUser, UserEvent>({
    eventStore: new EventStore(pool),
    decider: benchDecider,
    clockAndIds: { now: () => new Date(), newId },
    ...options,
  });
  return { executor, pool };
}
