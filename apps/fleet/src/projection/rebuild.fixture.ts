import { createSecretKey, randomBytes } from 'node:crypto';
import { userEvents, type RecordedEvent, type SigningKey } from '@eventfleet/contracts';
import { EventStore, migrateEventStore } from '@eventfleet/event-store';
import {
  createKafka,
  createPublisher,
  endOffsets,
  ensureTopics,
  fleetTopics,
  withPrefix,
  type Kafka,
} from '@eventfleet/kafka';
import { createPool } from '@eventfleet/postgres';
import {
  authenticity,
  compareGenerations,
  dropGeneration,
  readGenerations,
  rebuildProjection,
  rollBack,
  switchGeneration,
  withRebuildLock,
  type Comparison,
  type FoldingProjection,
  type GenerationName,
  type RebuildContext,
  type RebuildProgress,
  type Switched,
} from '@eventfleet/projections';
import { migrateReadStore, readModels } from '@eventfleet/read-models';
import { createTestDatabase, eventually, testKafkaSettings } from '@eventfleet/testing';
import type pg from 'pg';
import { pino } from 'pino';
import type { FleetConfig } from '../fleet.config.js';
import { publishTo, runCli, startProjector, startRelay, type Ended } from './test-apps.fixture.js';

const PARTITIONS = 3;
const logger = pino({ level: 'silent' });
const signal = new AbortController().signal;

/** What a projection's tables hold, as text, so that two of them can be compared. */
export type Tables = Readonly<Record<string, readonly string[]>>;

/** A fleet without its apps: both stores, Kafka, a relay and a projector in this process. */
export interface RebuildFixture {
  /** Of the command line. */
  readonly config: FleetConfig;
  /** Runs `fleet projection …` as a process of its own. */
  cli(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  readonly pool: pg.Pool;
  readonly readStoreUrl: string;
  /** Stores events. They are published while the relay runs. */
  append(...events: readonly RecordedEvent[]): Promise<void>;
  /** Has the relay publish, or not. */
  publishing(isOn: boolean): void;
  /** Waits until all that is stored is applied by every projection. */
  settled(): Promise<void>;
  /** Publishes a record by another way than the relay's. */
  publish(event: RecordedEvent, options: { readonly isSigned: boolean }): Promise<void>;
  rebuild(name: string, onProgress?: (progress: RebuildProgress) => void): Promise<void>;
  compare(name: string, notCompared?: readonly string[]): Promise<Comparison>;
  switchTo(name: string, options?: { acceptDifferences?: boolean }): Promise<Switched>;
  rollBack(name: string): Promise<Switched>;
  drop(name: string, generation: GenerationName): Promise<void>;
  /** Drops all that is not live. */
  dropOthers(): Promise<void>;
  locked<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** The rows, versions and checkpoints of a projection in a schema. */
  tables(name: string, schema?: string): Promise<Tables>;
  close(): Promise<void>;
}

export async function startRebuildFixture(): Promise<RebuildFixture> {
  const [events, reads] = [
    await createTestDatabase('rebuild-events', migrateEventStore),
    await createTestDatabase('rebuild-reads', migrateReadStore),
  ];
  const settings = testKafkaSettings('rebuild', PARTITIONS);
  const kafka = createKafka(settings, 'test', logger);
  await ensureTopics(kafka, fleetTopics(settings), settings);
  const topic = withPrefix(settings, userEvents.topic);
  const pool = createPool({ url: reads.url, applicationName: 'test', max: 6, timeoutMs: 0 });
  const eventPool = createPool({ url: events.url, applicationName: 'test', max: 4 });
  const source = new EventStore(eventPool);
  const writer = new EventStore(
    createPool({ url: events.url, applicationName: 'test', max: 2, pipeline: true, readOnly: true }),
  );
  const secret = randomBytes(32);
  const signingKey: SigningKey = { kid: 'test', secret: createSecretKey(secret) };
  const isAuthentic = authenticity([signingKey]);
  const target = { publisher: createPublisher(kafka), topic, partitions: PARTITIONS };
  const relay = startRelay(source, { ...target, signingKey });
  const projector = startProjector(source, kafka, settings, reads.url, isAuthentic);

  const contextOf = (name: string): RebuildContext => ({
    projection: projectionOf(name),
    topic,
    kafka,
    readStoreUrl: reads.url,
    readStore: pool,
    source,
    isAuthentic,
    logger,
  });
  const locked = <T>(name: string, work: () => Promise<T>) => withRebuildLock(reads.url, name, work);

  return {
    config: {
      eventStoreUrl: events.url,
      readStoreUrl: reads.url,
      kafka: settings,
      rabbitmq: undefined,
      reachableRabbitmq: { url: '', prefix: '' },
      signingKeys: [signingKey],
      personalDataKeys: [],
      apps: [],
      failpoint: undefined,
    },
    cli: (args, more = {}) =>
      runCli(args, {
        EVENT_STORE_URL: events.url,
        READ_STORE_URL: reads.url,
        KAFKA_BROKERS: settings.brokers.join(','),
        KAFKA_REPLICATION_FACTOR: '1',
        KAFKA_TOPIC_PREFIX: settings.topicPrefix,
        USER_EVENTS_PARTITIONS: String(PARTITIONS),
        EVENT_SIGNING_KEYS: `test:${secret.toString('base64')}`,
        ...more,
      }),
    pool,
    readStoreUrl: reads.url,
    async append(...recorded) {
      for (let index = 0; index < recorded.length; index += 1_000) {
        await writer.appendBatch({ events: recorded.slice(index, index + 1_000) });
      }
    },
    publishing: (isOn) => relay.publish(isOn),
    async settled() {
      const { rows } = await eventPool.query<{ stored: number }>(
        'select count(*)::integer as stored from events',
      );
      const stored = rows[0]!.stored;
      await eventually(() => relay.sent() >= stored, {
        describe: `${stored} published events`,
        deadlineMs: 60_000,
      });
      const ends = await published(kafka, topic);
      await eventually(async () => (await applied(pool)).every((offsets) => offsets >= ends), {
        describe: `both projections at ${ends}`,
        deadlineMs: 60_000,
      });
    },
    publish: (event, { isSigned }) => publishTo({ ...target, ...(isSigned && { signingKey }) }, [event]),
    rebuild: (name, onProgress = () => undefined) =>
      locked(name, () => rebuildProjection(contextOf(name), { onProgress, signal })),
    compare: (name, notCompared = []) =>
      locked(name, () => compareGenerations(contextOf(name), { notCompared, signal })),
    switchTo: (name, options = {}) =>
      locked(name, () => switchGeneration(contextOf(name), { ...options, signal })),
    rollBack: (name) => locked(name, () => rollBack(contextOf(name), signal)),
    drop: (name, generation) => locked(name, () => dropGeneration(pool, name, generation)),
    async dropOthers() {
      for (const { name } of readModels) {
        const { generations } = await readGenerations(pool, projectionOf(name));
        for (const { generation } of generations) {
          if (generation !== 'live') await dropGeneration(pool, name, generation);
        }
      }
    },
    locked,
    tables: (name, schema = 'public') => readTables(pool, projectionOf(name), schema),
    async close() {
      await relay.stop();
      await target.publisher.disconnect();
      await projector.close();
      await Promise.all([pool.end(), source.close(), writer.close()]);
      await events.drop();
      await reads.drop();
    },
  };
}

function projectionOf(name: string): FoldingProjection {
  return readModels.find((projection) => projection.name === name)!;
}

async function published(kafka: Kafka, topic: string): Promise<number> {
  const ends = await endOffsets(kafka, topic);
  return [...ends.values()].reduce((sum, { end }) => sum + Number(end), 0);
}

/** Where each projection stands, over all partitions. */
async function applied(pool: pg.Pool): Promise<number[]> {
  const { rows } = await pool.query<{ offsets: number }>(
    `select coalesce(sum(next_offset), 0)::float8 as offsets
     from unnest($1::text[]) as known (projection) left join projection_checkpoints using (projection)
     group by projection`,
    [readModels.map(({ name }) => name)],
  );
  return rows.map(({ offsets }) => offsets);
}

async function readTables(
  pool: pg.Pool,
  { name, tables }: FoldingProjection,
  schema: string,
): Promise<Tables> {
  const found: Record<string, readonly string[]> = {};
  for (const table of tables) found[table] = await linesOf(pool, `select * from ${schema}.${table}`);
  const versions = await linesOf(
    pool,
    `select aggregate_id, version, event_id, contribution, parked from ${schema}.projection_versions
     where projection = '${name}'`,
  );
  return { ...found, versions };
}

async function linesOf(pool: pg.Pool, select: string): Promise<string[]> {
  const { rows } = await pool.query<{ line: string }>(
    `select to_jsonb(found)::text as line from (${select}) found order by 1`,
  );
  return rows.map(({ line }) => line);
}
