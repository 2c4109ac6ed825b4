import fc from 'fast-check';
import type pg from 'pg';
import { pino } from 'pino';
import { toCloudEvent, type RecordedEvent } from '@eventfleet/contracts';
import type { MessageBatch, TopicIdentity } from '@eventfleet/kafka';
import { createPool } from '@eventfleet/postgres';
import { ProjectionRuntime, runnable } from '@eventfleet/projections';
import { propertyRuns, propertyTimeout, uniquePrefix } from '@eventfleet/testing';
import { startReadStore, type ReadStoreFixture } from '../read-store.fixture.js';
import { expectedTables, readTables } from './expected-tables.fixture.js';
import { historyOf, interleave, lives, PARTITIONS, publish, sends } from './random-log.fixture.js';
import { userList } from './user-list/user-list.projection.js';
import { userStats } from './user-stats/user-stats.projection.js';

const projections = [runnable(userList), runnable(userStats)];
const logger = pino({ level: 'silent' });

let store: ReadStoreFixture;
let pools: pg.Pool[];
beforeAll(async () => {
  store = await startReadStore();
  pools = [1, 2].map(() => createPool({ url: store.url, applicationName: 'test', max: 4, pipeline: true }));
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await store.close();
});

const delivery = fc.record({
  partition: fc.nat({ max: PARTITIONS - 1 }),
  size: fc.integer({ min: 1, max: 7 }),
  /** How far from where the consumer should go on. */
  jump: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.integer({ min: -6, max: 4 })),
  kind: fc.oneof(
    { weight: 3, arbitrary: fc.constant('plain' as const) },
    /** Fetched when the log ended behind it. */
    fc.constant('late' as const),
    /** Brought by two consumers at the same time, each of which takes itself for the owner. */
    fc.constant('twice' as const),
    fc.constant('restart' as const),
    fc.constant('topic made anew' as const),
  ),
});

const program = fc.record({
  lives,
  picks: fc.array(fc.nat(), { minLength: 1, maxLength: 12 }),
  sends: fc.array(sends, { minLength: PARTITIONS, maxLength: PARTITIONS }),
  deliveries: fc.array(delivery, { maxLength: 16 }),
});

type Program = typeof program extends fc.Arbitrary<infer T> ? T : never;
type Delivery = Program['deliveries'][number];

const PLAIN = { size: 5, jump: 0, kind: 'plain' } as const;

/** One consumer of one projection, and a zombie beside it. */
class Consumer {
  private runtimes = pools.map((pool) => new ProjectionRuntime(pool, logger));
  private identity: TopicIdentity = { clusterId: 'cluster', topicId: 'first', partitions: PARTITIONS };
  private readonly next = Array.from({ length: PARTITIONS }, () => 0);

  constructor(
    private readonly projection: (typeof projections)[number],
    private readonly topic: string,
    private readonly logs: readonly (readonly RecordedEvent[])[],
  ) {}

  async deliver({ partition, size, jump, kind }: Delivery): Promise<void> {
    if (kind === 'topic made anew') await this.remakeTopic();
    if (kind === 'restart') {
      this.runtimes = pools.map((pool) => new ProjectionRuntime(pool, logger));
      return this.apply(partition, { ...this.batch(partition, 0, 0), firstOffset: -1n, lastOffset: -2n });
    }
    const log = this.logs[partition]!;
    const first = Math.max(0, Math.min(this.next[partition]! + jump, log.length - 1));
    const batch = this.batch(partition, first, Math.min(first + size, log.length));
    if (batch.messages.length === 0) return;
    const late = { ...batch, highWatermark: batch.lastOffset + 1n };
    await this.apply(partition, kind === 'late' ? late : batch, kind === 'twice');
  }

  async finish(): Promise<void> {
    for (const partition of this.logs.keys())
      while (this.next[partition]! < this.logs[partition]!.length)
        await this.deliver({ partition, ...PLAIN });
  }

  /** Everything is published again, and read from the start. */
  private async remakeTopic(): Promise<void> {
    this.identity = { ...this.identity, topicId: `${this.identity.topicId}-again` };
    for (const partition of this.logs.keys()) this.next[partition] = 0;
  }

  private async apply(partition: number, batch: MessageBatch, twice = false): Promise<void> {
    const results = await Promise.all(
      this.runtimes.slice(0, twice ? 2 : 1).map((runtime) => runtime.apply(this.projection, batch)),
    );
    this.next[partition] = Number(results[0]!.next);
  }

  private batch(partition: number, first: number, end: number): MessageBatch {
    const log = this.logs[partition]!;
    return {
      topic: this.topic,
      partition,
      identity: this.identity,
      firstOffset: BigInt(first),
      lastOffset: BigInt(end) - 1n,
      highWatermark: BigInt(log.length),
      messages: log.slice(first, end).map((event, index) => {
        const { key, value, headers } = toCloudEvent(event);
        const offset = BigInt(first + index);
        return { offset, timestamp: 0, key: Buffer.from(key), value: Buffer.from(value), headers };
      }),
    };
  }
}

async function play({ lives, picks, sends, deliveries }: Program): Promise<void> {
  await store.clear();
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) =>
    interleave(lives.filter((life) => life.partition === partition).map(historyOf), picks),
  );
  const logs = partitions.map((events, partition) => publish(events, sends[partition]!));
  const topic = uniquePrefix('random-batches');
  await Promise.all(
    projections.map(async (projection) => {
      const consumer = new Consumer(projection, topic, logs);
      for (const delivery of deliveries) await consumer.deliver(delivery);
      await consumer.finish();
    }),
  );
  expect(await readTables(store.pool)).toEqual(expectedTables(partitions));
}

describe('the read tables', () => {
  const runs = propertyRuns(150);
  it(
    'are the fold of the history, however it is cut into batches, repeated, and brought again',
    async () => {
      await fc.assert(fc.asyncProperty(program, play), runs);
    },
    propertyTimeout(runs),
  );
});
