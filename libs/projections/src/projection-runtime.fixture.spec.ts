import { randomUUID } from 'node:crypto';
import { toCloudEvent, userEvents, type RecordedEvent, type UserEvent } from '@eventfleet/contracts';
import type { MessageBatch, TopicIdentity } from '@eventfleet/kafka';
import { createPool, runMigrations } from '@eventfleet/postgres';
import { createTestDatabase, recordedHistory } from '@eventfleet/testing';
import type pg from 'pg';
import { pino } from 'pino';
import { CreateProjectionTables1764000000001 } from './migrations/1-create-projection-tables.migration.js';
import { ProjectionRuntime } from './projection-runtime.js';
import { runnable, type Projection } from './projection.js';

/** Counts events: it is wrong at the first one that is counted twice or not at all. */
const counting: Projection<UserEvent, { partition: number; count: number }> = {
  name: 'counting',
  catalog: userEvents,
  project: (events, partition) => ({ partition, count: events.length }),
  statements: ({ partition, count }) => [
    {
      text: `insert into counters (partition, count) values ($1, $2)
             on conflict (partition) do update set count = counters.count + excluded.count`,
      values: [partition, count],
    },
  ],
};

export const counter = runnable(counting);
export const TOPIC: TopicIdentity = { clusterId: 'cluster', topicId: 'topic', partitions: 1 };

export interface RuntimeFixture {
  readonly pool: pg.Pool;
  /** Runtimes as two processes have them: each with a pool of its own. */
  readonly first: ProjectionRuntime;
  readonly second: ProjectionRuntime;
  count(): Promise<number>;
  checkpoint(): Promise<{ next: bigint; topicId: string } | undefined>;
  /** Whether a session waits for another one's lock. */
  someoneWaits(): Promise<boolean>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

export async function startRuntimes(): Promise<RuntimeFixture> {
  const database = await createTestDatabase('projections');
  const { url } = database;
  await runMigrations({ url, migrations: [CreateProjectionTables1764000000001], applicationName: 'test' });
  const logger = pino({ level: 'silent' });
  const pools = [1, 2].map(() => createPool({ url, applicationName: 'test', max: 2, pipeline: true }));
  const [pool, other] = pools as [pg.Pool, pg.Pool];
  await pool.query('create table counters (partition integer primary key, count bigint not null)');
  return {
    pool,
    first: new ProjectionRuntime(pool, logger),
    second: new ProjectionRuntime(other, logger),
    async count() {
      const { rows } = await pool.query<{ count: string }>(
        'select coalesce(sum(count), 0) as count from counters',
      );
      return Number(rows[0]?.count);
    },
    async checkpoint() {
      const { rows } = await pool.query<{ next_offset: string; topic_id: string }>(
        'select next_offset, topic_id from projection_checkpoints',
      );
      return rows[0] && { next: BigInt(rows[0].next_offset), topicId: rows[0].topic_id };
    },
    async someoneWaits() {
      const { rowCount } = await pool.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rowCount === 1;
    },
    async clear() {
      await pool.query('truncate counters, projection_checkpoints, projection_versions');
    },
    async close() {
      await Promise.all(pools.map((each) => each.end()));
      await database.drop();
    },
  };
}

/** The first `count` events of a new user: created, then updated again and again. */
export function history(count: number, id: string = randomUUID()): RecordedEvent[] {
  const created: UserEvent = { type: 'user.created', data: { id, name: 'Ann', email: 'ann@example.org' } };
  const updated: UserEvent = { type: 'user.updated', data: { id, name: 'Bea' } };
  return recordedHistory(userEvents, id, [created, ...Array.from({ length: count - 1 }, () => updated)]);
}

/** The events as they were fetched from a partition, from this offset on. */
export function batchOf(
  events: readonly RecordedEvent[],
  firstOffset: bigint,
  { identity = TOPIC, logEnd }: { identity?: TopicIdentity; logEnd?: bigint } = {},
): MessageBatch {
  const end = firstOffset + BigInt(events.length);
  return {
    topic: 'user-events',
    partition: 0,
    identity,
    firstOffset,
    lastOffset: end - 1n,
    highWatermark: logEnd ?? end,
    messages: events.map((event, index) => {
      const { key, value, headers } = toCloudEvent(event);
      const offset = firstOffset + BigInt(index);
      return { offset, timestamp: 0, key: Buffer.from(key), value: Buffer.from(value), headers };
    }),
  };
}
