import type { RecordedEvent } from '@eventfleet/contracts';
import { EventStore, type PersonalData } from '@eventfleet/event-store';
import { withTransaction } from '@eventfleet/postgres';
import type pg from 'pg';
import { adoptEvents, ClaimTaken, eraseAgain, type AnyDecider } from './adopt-events.js';
import { hasOpenConflict, recordConflicts } from './conflicts.js';
import { sortLostEvents, type SortedEvents } from './lost-events.js';
import type { HistoryNotice } from './notices.js';
import { saveNotices } from './pending-notices.js';
import { beginGeneration, lockStoreHistory } from './store-history.js';

export interface TakeBackOptions {
  readonly pool: pg.Pool;
  /** Undefined if nothing is encrypted. */
  readonly personalData?: PersonalData | undefined;
}

/**
 * Takes back what an aggregate has lost, in one transaction: what follows on the store's events is appended again, what
 * contradicts them is recorded as a conflict. An erasure holds even so: its key is destroyed again. Leaves a pending notice
 * of both.
 * @param lost published events of one aggregate that the store lacks
 */
export async function takeBackAggregate(
  { pool, personalData }: TakeBackOptions,
  decider: AnyDecider,
  lost: readonly RecordedEvent[],
): Promise<SortedEvents> {
  const { aggregateType, aggregateId } = lost[0]!;
  const stored = await new EventStore(pool).readStream({ aggregateType, aggregateId });
  const attempt = (hasConflict: boolean) =>
    withTransaction(pool, async (client) => {
      await lockStoreHistory(client);
      const isOpen = hasConflict || (await hasOpenConflict(client, aggregateType, aggregateId));
      const sorted = sortLostEvents(lost, stored.at(-1)?.version ?? 0, isOpen);
      if (sorted.adoptable.length > 0)
        await adoptEvents(client, decider, stored, sorted.adoptable, personalData);
      await recordConflicts(client, sorted.conflicting);
      const conflicting = sorted.conflicting.map(({ event }) => event);
      await eraseAgain(client, decider, conflicting);
      if (sorted.adoptable.length > 0) await beginGeneration(client);
      await saveNotices(client, noticesOf(sorted));
      return sorted;
    });
  try {
    return await attempt(false);
  } catch (error) {
    if (!(error instanceof ClaimTaken)) throw error;
  }
  const { conflicting } = await attempt(true);
  return {
    adoptable: [],
    conflicting: conflicting.map(({ event }) => ({ event, reason: 'claim-taken' })),
  };
}

function noticesOf({ adoptable, conflicting }: SortedEvents): HistoryNotice[] {
  const notice = (change: HistoryNotice['change'], events: readonly RecordedEvent[]): HistoryNotice[] => {
    const [first] = events;
    if (!first) return [];
    const { aggregateType, aggregateId } = first;
    return [{ aggregateType, aggregateId, change, versions: events.map(({ version }) => version) }];
  };
  return [
    ...notice('adopted', adoptable),
    ...notice(
      'conflict',
      conflicting.map(({ event }) => event),
    ),
  ];
}
