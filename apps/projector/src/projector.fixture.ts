import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import {
  toCloudEvent,
  userEvents,
  type RecordedEvent,
  type SigningKey,
  type UserEvent,
} from '@eventfleet/contracts';
import { EventStore, migrateEventStore } from '@eventfleet/event-store';
import { createHttpApp } from '@eventfleet/http';
import {
  createKafka,
  createPublisher,
  deadLetterTopic,
  deleteGroups,
  deleteTopics,
  endOffsets,
  ensureTopics,
  fleetTopics,
  fromDeadLetter,
  partitionOf,
  readLogTail,
  withPrefix,
  type DeadLetter,
} from '@eventfleet/kafka';
import { KafkaBatchStrategy } from '@eventfleet/kafka/nest';
import { createPool } from '@eventfleet/postgres';
import { migrateReadStore } from '@eventfleet/read-models';
import { createTestDatabase, eventually, recordedHistory, testKafkaSettings } from '@eventfleet/testing';
import type pg from 'pg';
import { pino } from 'pino';
import { ProjectorModule } from './projector.module.js';

export const PARTITIONS = 3;
const logger = pino({ level: 'silent' });

export interface RunningProjector {
  readonly url: string;
  stop(): Promise<void>;
}

/** What the read models must show, and do show. */
export interface ReadModels {
  readonly users: readonly { id: string; name: string; version: number }[];
  readonly total: number;
  readonly deleted: number;
  readonly createdOnTheDay: number;
}

/** A record that some other process writes. */
export interface ForgedRecord {
  readonly key: string;
  readonly value: string | Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ProjectorFixture {
  readonly topic: string;
  readonly storeUrl: string;
  /** The event store that the projector asks. Every event that `publish` is given is appended to it first. */
  readonly eventStore: pg.Pool;
  readonly pool: pg.Pool;
  /** Starts another copy and waits until it is ready. */
  start(signingKeys?: readonly SigningKey[], verifyRate?: number): Promise<RunningProjector>;
  publish(events: readonly RecordedEvent[]): Promise<void>;
  /** Writes records to the topic that the event store knows nothing of. */
  forge(...records: readonly ForgedRecord[]): Promise<void>;
  /** The dead letters of a group, in their order. */
  deadLetters(group: string): Promise<DeadLetter[]>;
  /** Waits until every event of the topic is applied by both projections, and returns what they show. */
  caughtUp(): Promise<ReadModels>;
  /** Deletes the consumer groups of projections, with their offsets. */
  deleteGroups(...projections: readonly string[]): Promise<void>;
  /** Deletes the topic with all it holds, and makes it again. */
  remakeTopic(): Promise<void>;
  close(): Promise<void>;
}

export async function startProjectorFixture(): Promise<ProjectorFixture> {
  const [database, eventDatabase] = await Promise.all([
    createTestDatabase('projector', migrateReadStore),
    createTestDatabase('projector-events', migrateEventStore),
  ]);
  const eventPool = createPool({ url: eventDatabase.url, applicationName: 'test', max: 2, pipeline: true });
  const eventStore = new EventStore(eventPool);
  const kafkaSettings = testKafkaSettings('projector', PARTITIONS);
  const kafka = createKafka(kafkaSettings, 'test', logger);
  const makeTopics = () => ensureTopics(kafka, fleetTopics(kafkaSettings), kafkaSettings);
  await makeTopics();
  const pool = createPool({ url: database.url, applicationName: 'test', max: 2 });
  const publisher = createPublisher(kafka);
  const topic = withPrefix(kafkaSettings, userEvents.topic);
  const running: RunningProjector[] = [];

  return {
    topic,
    storeUrl: database.url,
    eventStore: eventPool,
    pool,
    deleteGroups: (...projections) =>
      deleteGroups(
        kafka,
        projections.map((projection) => withPrefix(kafkaSettings, projection)),
      ),
    async start(signingKeys = [], verifyRate = 0) {
      const config = {
        host: '127.0.0.1',
        port: 0,
        failpoint: undefined,
        logLevel: 'silent' as const,
        readStoreUrl: database.url,
        eventStoreUrl: eventDatabase.url,
        maxAttempts: 3,
        verifyRate,
        kafka: kafkaSettings,
        signingKeys,
        personalDataKeys: [],
      };
      const app = await createHttpApp({ module: ProjectorModule.forRoot(config, logger), logger });
      app.connectMicroservice({ strategy: app.get(KafkaBatchStrategy) });
      await app.listen(0, config.host);
      await app.startAllMicroservices();
      const url = await app.getUrl();
      await eventually(async () => (await fetch(`${url}/health/ready`)).ok, {
        describe: 'a ready projector',
      });
      const projector = { url, stop: () => app.close() };
      running.push(projector);
      return projector;
    },
    async publish(events) {
      const unknown = await eventStore.findUnknown(events);
      await eventStore.appendBatch({ events: unknown });
      await publisher.publish(
        topic,
        events
          .map((event) => toCloudEvent(event))
          .map((message) => ({ partition: partitionOf(message.key, PARTITIONS), ...message })),
      );
    },
    async forge(...records) {
      await publisher.publish(
        topic,
        records.map((record) => ({ partition: partitionOf(record.key, PARTITIONS), ...record })),
      );
    },
    async deadLetters(group) {
      const records = await readLogTail(
        kafka,
        deadLetterTopic(withPrefix(kafkaSettings, group)),
        new Map([[0, 0n]]),
      );
      return (records.get(0) ?? []).flatMap((record) => fromDeadLetter(record) ?? []);
    },
    async caughtUp() {
      const ends = await endOffsets(kafka, topic);
      const end = [...ends.values()].reduce((sum, range) => sum + Number(range.end), 0);
      await eventually(async () => (await appliedOffsets(pool)).every((applied) => applied === end), {
        describe: `both projections at ${end}`,
        deadlineMs: 30_000,
      });
      return readModels(pool);
    },
    async remakeTopic() {
      await deleteTopics(kafka, [topic]);
      await makeTopics();
    },
    async close() {
      await Promise.all(running.map((projector) => projector.stop()));
      await publisher.disconnect();
      await Promise.all([pool.end(), eventPool.end()]);
      await Promise.all([database.drop(), eventDatabase.drop()]);
    },
  };
}

/** Where each projection stands, over all partitions. */
async function appliedOffsets(pool: pg.Pool): Promise<number[]> {
  const { rows } = await pool.query<{ applied: number }>(
    `select coalesce(sum(next_offset), 0)::float8 as applied
     from unnest(array['user-list', 'user-stats']) as known (projection)
     left join projection_checkpoints using (projection) group by projection`,
  );
  return rows.map(({ applied }) => applied);
}

async function readModels(pool: pg.Pool): Promise<ReadModels> {
  const users = await pool.query<ReadModels['users'][number]>(
    'select id, name, version from user_list order by id',
  );
  const stats = await pool.query<Omit<ReadModels, 'users'>>(
    `select sum(total)::float8 as total, sum(deleted)::float8 as deleted,
            (select sum(created)::float8 from user_stats_days) as "createdOnTheDay" from user_stats`,
  );
  return { users: users.rows, ...stats.rows[0]! };
}

/**
 * Users of three kinds in turn: created; created and renamed twice; created and deleted.
 * @param events all that happened, each user's in order, the users' interleaved
 */
export function someUsers(count: number): { events: RecordedEvent[]; expected: ReadModels } {
  const histories = Array.from({ length: count }, (_, index) => {
    const id = randomUUID();
    const created: UserEvent = {
      type: 'user.created',
      data: { id, name: 'Ann', email: `${id}@example.org` },
    };
    const renamed = (name: string): UserEvent => ({ type: 'user.updated', data: { id, name } });
    const deleted: UserEvent = { type: 'user.deleted', data: { id } };
    const kinds = [[created], [created, renamed('Bea'), renamed('Cleo')], [created, deleted]];
    return recordedHistory(userEvents, id, kinds[index % kinds.length]!);
  });
  const events = [0, 1, 2].flatMap((step) => histories.flatMap((history) => history.slice(step, step + 1)));
  const live = histories.filter((history) => history.at(-1)?.type !== 'user.deleted');
  const users = live.map((history) => ({
    id: history[0]!.aggregateId,
    name: history.length === 1 ? 'Ann' : 'Cleo',
    version: history.length,
  }));
  return {
    events,
    expected: {
      users: users.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      total: count,
      deleted: count - live.length,
      createdOnTheDay: count,
    },
  };
}
