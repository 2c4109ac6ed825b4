import type { RunningErasure } from '@eventfleet/event-store';
import { USER_COMMANDS_RELAY } from '@eventfleet/outbox-relay';
import { eraseInstances } from '@eventfleet/process-managers';
import { eraseRows, forgetStatistics, hasReached, type FoldingProjection } from '@eventfleet/projections';
import { readModels } from '@eventfleet/read-models';
import type pg from 'pg';
import { DELETED, NOT_USED, NOTHING_PERSONAL, UNREADABLE, type ErasurePlace } from './erasure-place.js';

export interface ReadSidePlacesOptions {
  readonly readStore: pg.Pool;
  /** On the schema of the process managers. */
  readonly processManagers: pg.Pool;
  /** Of the event store. */
  readonly eventStore: pg.Pool;
  /** Whether a notifier sends mails. */
  readonly hasNotifier: boolean;
  /** Whether users are onboarded: then that process manager runs. */
  readonly hasOnboarding: boolean;
}

const ONBOARDING = 'onboarding';
/** Ends sagas, and deletes their commands. */
export const PROCESS_MANAGERS = 'process-managers';

export function readModelPlace({ name }: FoldingProjection): string {
  return `read-model ${name}`;
}

/** What follows the events: read tables, process managers, mails; and what never has personal data. */
export function readSidePlaces(options: ReadSidePlacesOptions): ErasurePlace[] {
  const { readStore, processManagers, eventStore, hasNotifier, hasOnboarding } = options;
  const nothing = (name: string): ErasurePlace => {
    return { name, erase: async () => ({ outcome: NOTHING_PERSONAL, count: 0 }) };
  };
  return [
    ...readModels.flatMap((projection) => readModelPlaces(readStore, eventStore, projection)),
    {
      name: PROCESS_MANAGERS,
      async erase(erasure) {
        const end = await endOf(eventStore, erasure);
        if (hasOnboarding && !(await hasReached(processManagers, ONBOARDING, end))) return undefined;
        const count = await eraseInstances(processManagers, end.aggregateId, USER_COMMANDS_RELAY);
        return count === undefined ? undefined : { outcome: DELETED, count };
      },
    },
    // The notifier writes this place down itself: it knows where mails went.
    { name: 'mails', erase: async () => (hasNotifier ? undefined : { outcome: NOT_USED, count: 0 }) },
    nothing('notifier-inbox'),
    nothing('logs'),
    // If one is restored, the event that erases comes back from Kafka, and destroys the key again.
    { name: 'backups', erase: async () => ({ outcome: 'fenced', count: 0 }) },
  ];
}

function readModelPlaces(
  readStore: pg.Pool,
  eventStore: pg.Pool,
  projection: FoldingProjection,
): ErasurePlace[] {
  const erase = async (erasure: RunningErasure) =>
    eraseRows(readStore, projection, await endOf(eventStore, erasure));
  return [
    {
      name: readModelPlace(projection),
      async erase(erasure) {
        const erased = await erase(erasure);
        if (!erased) return undefined;
        await forgetStatistics(readStore, projection);
        return { outcome: DELETED, count: erased.rows };
      },
    },
    {
      name: `parked-events ${projection.name}`,
      async erase(erasure) {
        const erased = await erase(erasure);
        return erased && { outcome: UNREADABLE, count: erased.parked };
      },
    },
  ];
}

/** The last version of an aggregate. */
async function endOf(eventStore: pg.Pool, { aggregateType, aggregateId }: RunningErasure) {
  const { rows } = await eventStore.query<{ version: number | null }>(
    `select max(version) as version from events where aggregate_type = $1 and aggregate_id = $2`,
    [aggregateType, aggregateId],
  );
  return { aggregateId, version: rows[0]?.version ?? 0 };
}
