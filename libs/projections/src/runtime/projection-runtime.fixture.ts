import { userEvents, type UserEvent } from '@eventfleet/contracts';
import type { MessageBatch } from '@eventfleet/kafka';
import { createPool, runMigrations } from '@eventfleet/postgres';
import { createTestDatabase } from '@eventfleet/testing';
import type pg from 'pg';
import { pino } from 'pino';
import { CreateProjectionTables1764000000001 } from '../migrations/1-create-projection-tables.migration.js';
import { CreateParkedEvents1764000000003 } from '../migrations/2-create-parked-events.migration.js';
import { AddAppliedEvents1764000000005 } from '../migrations/3-add-applied-events.migration.js';
import { markParked } from '../parking/mark-parked.js';
import { ParkedEventProcessor, type ParkedEventProcessorOptions } from '../parking/parked-event-processor.js';
import { ProjectionRuntime } from './projection-runtime.js';
import { runnable, type Projection, type RunnableProjection } from '../projection.js';

/** Counts events: it is wrong at the first one that is counted twice or not at all. */
const counting: Projection<UserEvent, { partition: number; count: number }> = {
  name: 'counting',
  catalog: userEvents,
  tables: ['counters'],
  project: (events, partition) => ({ partition, count: events.length }),
  contributionOf: () => '1',
  forget: ({ partition, contribution }) => ({ partition, count: -contribution.length }),
  statements: (...changes) => [
    {
      text: `insert into counters (partition, count) select * from unnest($1::integer[], $2::bigint[])
             on conflict (partition) do update set count = counters.count + excluded.count`,
      values: [changes.map(({ partition }) => partition), changes.map(({ count }) => count)],
    },
  ],
};

export const counter = runnable(counting);

interface JournalChanges {
  readonly lines: readonly { id: string; version: number; name: string }[];
  readonly forgotten: readonly string[];
}

/** Writes down which event was applied when, and whom: an order that is broken shows. */
const writingDown: Projection<UserEvent, JournalChanges> = {
  name: 'writing-down',
  catalog: userEvents,
  tables: ['journal'],
  project: (events) => ({
    lines: events.map(({ aggregateId: id, version, data }) => ({
      id,
      version,
      name: 'name' in data ? (data.name ?? '') : '',
    })),
    forgotten: [],
  }),
  forget: ({ aggregateId }) => ({ lines: [], forgotten: [aggregateId] }),
  statements(...changes) {
    const lines = changes.flatMap((change) => change.lines);
    const forgotten = changes.flatMap((change) => change.forgotten);
    return [
      { text: `delete from journal where id = any($1::uuid[])`, values: [forgotten] },
      {
        text: `insert into journal (id, version, name) select * from unnest($1::uuid[], $2::integer[], $3::text[])`,
        values: [
          lines.map(({ id }) => id),
          lines.map(({ version }) => version),
          lines.map(({ name }) => name),
        ],
      },
    ];
  },
};

export const journal = runnable(writingDown);

/** The journal with a bug: it throws for some events. */
export function buggyJournal(isHit: (id: string, version: number) => boolean): RunnableProjection {
  return runnable<UserEvent, JournalChanges>({
    ...writingDown,
    project(events, partition) {
      const hit = events.find(({ aggregateId, version }) => isHit(aggregateId, version));
      if (hit) throw new TypeError(`Cannot read properties of ${JSON.stringify(hit.data)}: connection`);
      return writingDown.project(events, partition);
    },
  });
}

export interface ParkedRow {
  readonly key: string;
  readonly offset: number;
  readonly code: string | null;
  readonly message: string | null;
  readonly attempts: number;
  readonly mark: string | null;
}

export interface RuntimeFixture {
  readonly pool: pg.Pool;
  readonly otherPool: pg.Pool;
  /** Runtimes as two processes have them: each with a pool of its own. */
  readonly first: ProjectionRuntime;
  readonly second: ProjectionRuntime;
  /** Another process, with no memory of what the others went through. */
  another(): ProjectionRuntime;
  /** Acts on marks as the owner of partition 0, whenever the test calls `processMarked`. */
  processor(
    projection: RunnableProjection,
    options?: Partial<ParkedEventProcessorOptions>,
  ): ParkedEventProcessor;
  count(): Promise<number>;
  /** The versions of a user that the journal has, in the order in which they were applied. */
  written(id: string): Promise<number[]>;
  /** The parked events, in order. */
  parked(): Promise<ParkedRow[]>;
  /** Offset and error code of the parked events, in order. */
  parkedOffsets(): Promise<[number, string | null][]>;
  retry(key?: string): Promise<unknown>;
  discard(key: string): Promise<unknown>;
  isFlagged(id: string): Promise<boolean | undefined>;
  checkpoint(): Promise<{ next: bigint; topicId: string } | undefined>;
  /** Whether a session waits for another one's lock. */
  someoneWaits(): Promise<boolean>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** The fixture of a spec file: started before its tests, emptied before each of them, closed after all. */
export function useRuntimes(): RuntimeFixture {
  const fixture = {} as RuntimeFixture;
  beforeAll(async () => {
    Object.assign(fixture, await startRuntimes());
  });
  beforeEach(() => fixture.clear());
  afterAll(() => fixture.close());
  return fixture;
}

function migrateProjections(url: string): Promise<unknown> {
  const migrations = [
    CreateProjectionTables1764000000001,
    CreateParkedEvents1764000000003,
    AddAppliedEvents1764000000005,
  ];
  return runMigrations({ url, migrations, applicationName: 'test' });
}

async function startRuntimes(): Promise<RuntimeFixture> {
  const database = await createTestDatabase('projections', migrateProjections);
  const { url } = database;
  const logger = pino({ level: 'silent' });
  const pools = [1, 2].map(() => createPool({ url, applicationName: 'test', max: 8, pipeline: true }));
  const [pool, other] = pools as [pg.Pool, pg.Pool];
  await pool.query('create table counters (partition integer primary key, count bigint not null)');
  await pool.query(
    `create table journal (place bigint generated always as identity, id uuid, version integer,
                           name text constraint no_zoe check (name <> 'Zoe'), primary key (id, version))`,
  );
  async function parked(): Promise<ParkedRow[]> {
    const { rows } = await pool.query<ParkedRow>(
      `select key, record_offset::integer as offset, error_code as code, error_message as message, attempts, mark
       from parked_events order by sequence`,
    );
    return rows;
  }

  return {
    pool,
    otherPool: other,
    first: new ProjectionRuntime(pool, logger),
    second: new ProjectionRuntime(other, logger),
    another: () => new ProjectionRuntime(other, logger),
    processor: (projection, options = {}) =>
      new ParkedEventProcessor({
        pool,
        projections: [projection],
        logger,
        assigned: () => [{ projection: projection.name, topic: 'user-events', partition: 0 }],
        ...options,
      }),
    async count() {
      const { rows } = await pool.query<{ count: string }>(
        'select coalesce(sum(count), 0) as count from counters',
      );
      return Number(rows[0]?.count);
    },
    async written(id) {
      const { rows } = await pool.query<{ version: number }>(
        'select version from journal where id = $1 order by place',
        [id],
      );
      return rows.map(({ version }) => version);
    },
    parked,
    parkedOffsets: async () => (await parked()).map(({ offset, code }) => [offset, code]),
    retry: (key) => markParked(pool, 'retry', { key }),
    discard: (key) => markParked(pool, 'discard', { key }),
    async isFlagged(id) {
      const { rows } = await pool.query<{ parked: boolean }>(
        'select parked from projection_versions where aggregate_id = $1',
        [id],
      );
      return rows[0]?.parked;
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
      await pool.query(
        'truncate counters, journal, projection_checkpoints, projection_versions, parked_events',
      );
    },
    async close() {
      await Promise.all(pools.map((each) => each.end()));
      await database.drop();
    },
  };
}

/** Brings a batch as its consumer does: again after a failure, and from where the runtime sends it, to its end. */
export async function consume(
  runtime: ProjectionRuntime,
  projection: RunnableProjection,
  batch: MessageBatch,
): Promise<{ failures: number }> {
  let failures = 0;
  for (let next = batch.firstOffset; next <= batch.lastOffset;) {
    const messages = batch.messages.filter(({ offset }) => offset >= next);
    try {
      ({ next } = await runtime.apply(projection, { ...batch, messages, firstOffset: next }));
    } catch (error) {
      if (++failures > 20) throw error;
    }
  }
  return { failures };
}

/** Processes marked events until none is left. */
export async function processAll(processor: ParkedEventProcessor): Promise<void> {
  while (await processor.processMarked());
}
