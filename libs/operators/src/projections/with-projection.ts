import type { KafkaSettings } from '@eventfleet/config';
import type { SigningKey } from '@eventfleet/contracts';
import { EventStore, personalDataOf, type WrappingKey } from '@eventfleet/event-store';
import { createKafka, withPrefix } from '@eventfleet/kafka';
import { withPool } from '@eventfleet/postgres';
import {
  authenticity,
  withRebuildLock,
  type FoldingProjection,
  type RebuildContext,
} from '@eventfleet/projections';
import { readModels } from '@eventfleet/read-models';
import type pg from 'pg';
import { pino } from 'pino';

/** What generations of a projection are built from. */
export interface ProjectionServers {
  readonly eventStoreUrl: string;
  readonly readStoreUrl: string;
  readonly kafka: KafkaSettings;
  /** Records that none of them has signed are left out of a rebuild; with no key, none is. */
  readonly signingKeys: readonly SigningKey[];
  /** They unwrap the keys of personal data; none: nothing is encrypted. */
  readonly personalDataKeys: readonly WrappingKey[];
}

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
export function withReadStore<T>(
  { readStoreUrl: url }: Pick<ProjectionServers, 'readStoreUrl'>,
  work: (readStore: pg.Pool) => Promise<T>,
): Promise<T> {
  return withPool({ url, applicationName: APPLICATION, max: CONNECTIONS, timeoutMs: 0 }, work);
}

/** Runs `work` on the generations of a projection, while no other process does. */
export function withProjectionLock<T>(
  servers: Pick<ProjectionServers, 'readStoreUrl'>,
  name: string,
  work: (readStore: pg.Pool, lost: AbortSignal) => Promise<T>,
): Promise<T> {
  findProjection(name);
  return withReadStore(servers, (readStore) =>
    withRebuildLock(servers.readStoreUrl, name, (lost) => work(readStore, lost)),
  );
}

/**
 * As `withProjectionLock`, with all that the generations are built from.
 * @param work its signal aborts if the lock is lost, or when `stopped` does
 * @throws Error if the event store is a standby
 */
export async function withProjection<T>(
  servers: ProjectionServers,
  name: string,
  stopped: AbortSignal,
  work: (context: RebuildContext, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const projection = findProjection(name);
  const { eventStoreUrl, readStoreUrl, kafka, signingKeys, personalDataKeys } = servers;
  const logger = pino({ level: 'silent' });
  const eventStore = {
    url: eventStoreUrl,
    applicationName: APPLICATION,
    max: CONNECTIONS,
    readOnly: true,
    timeoutMs: EVENT_STORE_TIMEOUT_MS,
  };
  return withProjectionLock(servers, name, (readStore, lost) =>
    withPool(eventStore, async (events) => {
      await requirePrimary(events);
      const personalData = personalDataOf(events, personalDataKeys);
      const context: RebuildContext = {
        projection,
        topic: withPrefix(kafka, projection.topic),
        kafka: createKafka(kafka, APPLICATION, logger),
        readStoreUrl,
        readStore,
        source: new EventStore(events, personalData),
        ...(personalData && {
          encryption: {
            reveal: (records) => personalData.revealEach(records),
            stored: new EventStore(events),
          },
        }),
        isAuthentic: authenticity(signingKeys),
        logger,
      };
      return work(context, AbortSignal.any([stopped, lost]));
    }),
  );
}

/** What a standby lacks may lie in Kafka before the place from which a new generation reads on. */
async function requirePrimary(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ standby: boolean }>('select pg_is_in_recovery() as standby');
  if (rows[0]?.standby) {
    throw new Error('EVENT_STORE_URL is a standby, which may lag behind Kafka: name the primary');
  }
}
