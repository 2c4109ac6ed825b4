import type { RecordedEvent } from '@eventfleet/contracts';
import {
  ErasurePublished,
  markConflicts,
  readWithStored,
  type ConflictMark,
  type ConflictReason,
} from '@eventfleet/history';
import { withTransaction } from '@eventfleet/postgres';
import { asking, consoleError } from '../console.problems.js';
import type { Stores } from '../stores/stores.js';
import type { ConflictEventView, ConflictsView } from './history.view.js';

const MOST_CONFLICTS = 50;

/** Both sides of the conflicts that nobody has resolved. */
export async function listConflicts({ eventStore, revealEach }: Stores): Promise<ConflictsView> {
  const { total, conflicts } = await asking('event store', () =>
    readWithStored(eventStore, {}, { limit: MOST_CONFLICTS, reveal: revealEach }),
  );
  return {
    total,
    conflicts: conflicts.map(({ aggregateType, aggregateId, mark, published, stored }) => ({
      aggregateType,
      aggregateId,
      mark: mark ?? null,
      published: published.map(({ event, reason }) => eventView(event, reason)),
      stored: stored.map((event) => eventView(event, null)),
    })),
  };
}

function eventView(event: RecordedEvent, reason: ConflictReason | null): ConflictEventView {
  const { version, type, eventId, occurredAt, data } = event;
  return { version, type, eventId, occurredAt, data, reason };
}

/**
 * Marks conflicts, which the running command-api acts on.
 * @param expected how many the operator means: if there are more or fewer by now, none is marked
 * @throws ProblemError `count-changed`; `erasure-published` if a user who was erased would be kept
 */
export function resolveConflicts(
  { eventStore }: Stores,
  mark: ConflictMark,
  aggregateId: string | undefined,
  expected: number,
): Promise<number> {
  return asking('event store', () =>
    withTransaction(eventStore, async (client) => {
      const marked = await markConflicts(client, mark, { aggregateId }).catch((error: unknown) => {
        throw error instanceof ErasurePublished ? consoleError(error.code, error.message) : error;
      });
      if (marked === expected) return marked;
      throw consoleError('count-changed', `There are ${marked} by now, not ${expected}`);
    }),
  );
}
