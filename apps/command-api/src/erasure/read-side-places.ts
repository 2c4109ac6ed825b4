import type { RunningErasure } from '@eventfleet/event-store';
import { eraseInstances } from '@eventfleet/process-managers';
import { eraseRows, type FoldingProjection } from '@eventfleet/projections';
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
}

/** Ends sagas, and deletes the commands that wait to be published. */
export const PROCESS_MANAGERS = 'process-managers';

export function readModelPlace({ name }: FoldingProjection): string {
  return `read-model ${name}`;
}

/** What follows the events: read tables, process managers, mails; and what never has personal data. */
export function readSidePlaces(options: ReadSidePlacesOptions): ErasurePlace[] {
  const { readStore, processManagers, eventStore, hasNotifier } = options;
  const nothing = (name: string): ErasurePlace => {
    return { name, erase: async () => ({ outcome: NOTHING_PERSONAL, count: 0 }) };
  };
  return [
    ...readModels.flatMap((projection) => readModelPlaces(readStore, eventStore, projection)),
    {
      name: PROCESS_MANAGERS,
      erase: async ({ aggregateId }) => {
        return { outcome: DELETED, count: await eraseInstances(processManagers, aggregateId) };
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
  const erase = async ({ aggregateType, aggregateId }: RunningErasure) => {
    const { rows } = await eventStore.query<{ version: number | null }>(
      `select max(version) as version from events where aggregate_type = $1 and aggregate_id = $2`,
      [aggregateType, aggregateId],
    );
    return eraseRows(readStore, projection, { aggregateId, version: rows[0]?.version ?? 0 });
  };
  return [
    {
      name: readModelPlace(projection),
      async erase(erasure) {
        const erased = await erase(erasure);
        return erased && { outcome: DELETED, count: erased.rows };
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
