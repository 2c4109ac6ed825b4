import { createKafka, withPrefix } from '@eventfleet/kafka';
import { EventStore, personalDataOf } from '@eventfleet/event-store';
import { createPool } from '@eventfleet/postgres';
import {
  authenticity,
  withRebuildLock,
  type FoldingProjection,
  type RebuildContext,
} from '@eventfleet/projections';
import { readModels } from '@eventfleet/read-models';
import { armFailpoint } from '@eventfleet/resilience';
import type pg from 'pg';
import { pino } from 'pino';
import type { FleetConfig } from '../fleet.config.js';

/** One for the lock of the live checkpoints, one for a snapshot, and those that read beside them. */
const CONNECTIONS = 4;
/** A page of the event store may come from a cold disk. */
const EVENT_STORE_TIMEOUT_MS = 60_000;
const APPLICATION = 'eventfleet-rebuild';

/** @throws Error naming those that there are */
export function findProjection(name: string): FoldingProjection {
  const found = readModels.find((projection) => projection.name === name);
  if (found) return found;
  throw new Error(
    `there is no projection ${name}, only ${readModels.map((projection) => projection.name).join(', ')}. ` +
      'A process manager cannot be rebuilt from events, as its commands have left',
  );
}

/** Lends a pool of the read store without bounds: a rebuild has statements that take minutes. */
export async function withReadStore<T>(
  { readStoreUrl }: FleetConfig,
  work: (readStore: pg.Pool) => Promise<T>,
): Promise<T> {
  const readStore = createPool({
    url: readStoreUrl,
    applicationName: APPLICATION,
    max: CONNECTIONS,
    timeoutMs: 0,
  });
  try {
    return await work(readStore);
  } finally {
    await readStore.end();
  }
}

/** Runs `work` on the generations of a projection, while no other process does. */
export function withLock<T>(
  config: FleetConfig,
  name: string,
  work: (readStore: pg.Pool, lost: AbortSignal) => Promise<T>,
): Promise<T> {
  findProjection(name);
  return withReadStore(config, (readStore) =>
    withRebuildLock(config.readStoreUrl, name, (lost) => work(readStore, lost)),
  );
}

/**
 * As `withLock`, with all that the generations are built from.
 * @param work its signal aborts at Ctrl-C, and if the lock is lost
 * @throws Error if the event store is a standby
 */
export async function withProjection<T>(
  config: FleetConfig,
  name: string,
  work: (context: RebuildContext, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (config.failpoint !== undefined) armFailpoint(config.failpoint);
  const projection = findProjection(name);
  const logger = pino({ level: 'silent' });
  const stopped = stopSignal();
  return withLock(config, name, async (readStore, lost) => {
    const events = createPool({
      url: config.eventStoreUrl,
      applicationName: APPLICATION,
      max: CONNECTIONS,
      readOnly: true,
      timeoutMs: EVENT_STORE_TIMEOUT_MS,
    });
    try {
      await requirePrimary(events);
      const personalData = personalDataOf(events, config.personalDataKeys);
      const context: RebuildContext = {
        projection,
        topic: withPrefix(config.kafka, projection.topic),
        kafka: createKafka(config.kafka, APPLICATION, logger),
        readStoreUrl: config.readStoreUrl,
        readStore,
        source: new EventStore(events, personalData),
        ...(personalData && {
          encryption: {
            reveal: (records) => personalData.revealEach(records),
            stored: new EventStore(events),
          },
        }),
        isAuthentic: authenticity(config.signingKeys),
        logger,
      };
      return await work(context, AbortSignal.any([stopped, lost]));
    } finally {
      await events.end();
    }
  });
}

/** What a standby lacks may lie in Kafka before the place from which a new generation reads on. */
async function requirePrimary(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ standby: boolean }>('select pg_is_in_recovery() as standby');
  if (rows[0]?.standby) {
    throw new Error('EVENT_STORE_URL is a standby, which may lag behind Kafka: name the primary');
  }
}

function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stopping.abort(new Error(`stopped by ${signal}`)));
  }
  return stopping.signal;
}
