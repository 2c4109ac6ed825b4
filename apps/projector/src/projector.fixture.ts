import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import type { KafkaSettings } from '@eventfleet/config';
import { toCloudEvent, userEvents, type RecordedEvent, type UserEvent } from '@eventfleet/contracts';
import { createHttpApp } from '@eventfleet/http';
import {
  createKafka,
  createPublisher,
  deleteGroups,
  deleteTopics,
  endOffsets,
  ensureTopics,
  fleetTopics,
  KafkaBatchStrategy,
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
import type pg from 'pg';
import { pino } from 'pino';
import { ProjectorModule } from './projector.module.js';

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

export interface ProjectorFixture {
  readonly topic: string;
  readonly storeUrl: string;
  readonly pool: pg.Pool;
  /** Starts another copy and waits until it is ready. */
  start(): Promise<RunningProjector>;
  publish(events: readonly RecordedEvent[]): Promise<void>;
  /** Waits until every event of the topic is applied by both projections, and returns what they show. */
  caughtUp(): Promise<ReadModels>;
  /** Deletes the consumer groups of projections, with their offsets. */
  deleteGroups(...projections: readonly string[]): Promise<void>;
  /** Deletes the topic with all it holds, and makes it again. */
  remakeTopic(): Promise<void>;
  close(): Promise<void>;
}

export async function startProjectorFixture(): Promise<ProjectorFixture> {
  const database = await createTestDatabase('projector');
  await migrateReadStore(database.url);
  const kafkaSettings: KafkaSettings = {
    brokers: testServers().kafkaBrokers.split(','),
    ssl: false,
    replicationFactor: 1,
    topicPrefix: uniquePrefix('projector'),
    partitions: PARTITIONS,
    sessionTimeoutMs: 10_000,
  };
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
    pool,
    deleteGroups: (...projections) =>
      deleteGroups(
        kafka,
        projections.map((projection) => withPrefix(kafkaSettings, projection)),
      ),
    async start() {
      const config = {
        host: '127.0.0.1',
        port: 0,
        failpoint: undefined,
        logLevel: 'silent' as const,
        readStoreUrl: database.url,
        eventStoreUrl: undefined,
        maxAttempts: 3,
        kafka: kafkaSettings,
        signingKeys: [],
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
      await publisher.publish(
        topic,
        events
          .map((event) => toCloudEvent(event))
          .map((message) => ({ partition: partitionOf(message.key, PARTITIONS), ...message })),
      );
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
