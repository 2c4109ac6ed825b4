import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import type { KafkaSettings } from '@eventfleet/config';
import { toCloudEvent, TOPICS, userEvents, type RecordedEvent, type UserEvent } from '@eventfleet/contracts';
import { createHttpApp } from '@eventfleet/http';
import {
  createKafka,
  createPublisher,
  ensureTopics,
  fleetTopics,
  partitionOf,
  withPrefix,
} from '@eventfleet/kafka';
import { createPool } from '@eventfleet/postgres';
import { migrateReadStore } from '@eventfleet/read-models';
import {
  createTestDatabase,
  eventually,
  recordedHistory,
  testServers,
  uniquePrefix,
} from '@eventfleet/testing';
import type { Admin } from 'kafkajs';
import type pg from 'pg';
import { pino } from 'pino';
import { ProjectorModule } from './projector.module.js';
import { ReadSide } from './read-side.js';

const PARTITIONS = 3;
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

export interface ReadSideFixture {
  readonly topic: string;
  readonly storeUrl: string;
  readonly pool: pg.Pool;
  /** Starts another copy and waits until it is ready. */
  start(): Promise<RunningProjector>;
  publish(events: readonly RecordedEvent[]): Promise<void>;
  /** Waits until every event of the topic is applied by both projections, and returns what they show. */
  caughtUp(): Promise<ReadModels>;
  withAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T>;
  /** Deletes the topic with all it holds, and makes it again. */
  remakeTopic(): Promise<void>;
  groupOf(projection: string): string;
  close(): Promise<void>;
}

export async function startReadSide(): Promise<ReadSideFixture> {
  const database = await createTestDatabase('projector');
  await migrateReadStore(database.url);
  const kafkaSettings: KafkaSettings = {
    brokers: testServers().kafkaBrokers.split(','),
    ssl: false,
    replicationFactor: 1,
    topicPrefix: uniquePrefix('projector'),
    userEventsPartitions: PARTITIONS,
    sessionTimeoutMs: 10_000,
  };
  const kafka = createKafka(kafkaSettings, 'test', logger);
  const makeTopics = () => ensureTopics(kafka, fleetTopics(kafkaSettings), kafkaSettings);
  await makeTopics();
  const pool = createPool({ url: database.url, applicationName: 'test', max: 2 });
  const publisher = createPublisher(kafka);
  const topic = withPrefix(kafkaSettings, TOPICS.userEvents);
  const running: RunningProjector[] = [];

  async function withAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = kafka.admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  }

  return {
    topic,
    storeUrl: database.url,
    pool,
    withAdmin,
    groupOf: (projection) => withPrefix(kafkaSettings, projection),
    async start() {
      const config = { host: '127.0.0.1', port: 0, failpoint: undefined, logLevel: 'silent' as const };
      const readSide = new ReadSide(
        {
          ...config,
          readStoreUrl: database.url,
          eventStoreUrl: undefined,
          maxAttempts: 3,
          kafka: kafkaSettings,
        },
        logger,
      );
      const app = await createHttpApp({ module: ProjectorModule.forRoot(readSide), logger });
      app.connectMicroservice({ strategy: readSide.strategy });
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
      await publisher.publish(
        topic,
        events
          .map((event) => toCloudEvent(event))
          .map((message) => ({ partition: partitionOf(message.key, PARTITIONS), ...message })),
      );
    },
    async caughtUp() {
      const ends = await withAdmin((admin) => admin.fetchTopicOffsets(topic));
      const end = ends.reduce((sum, { high }) => sum + Number(high), 0);
      await eventually(async () => (await appliedOffsets(pool)).every((applied) => applied === end), {
        describe: `both projections at ${end}`,
        deadlineMs: 30_000,
      });
      return readModels(pool);
    },
    async remakeTopic() {
      await withAdmin((admin) => admin.deleteTopics({ topics: [topic] }));
      await makeTopics();
    },
    async close() {
      await Promise.all(running.map((projector) => projector.stop()));
      await publisher.disconnect();
      await pool.end();
      await database.drop();
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
