import { randomUUID } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import pg from 'pg';
import { pino } from 'pino';
import { kafkaSettings, kafkaVariables, loadConfig, type KafkaSettings } from '@eventfleet/config';
import { fromCloudEvent } from '@eventfleet/contracts';
import { appendBatch, locateEvents, migrateEventStore, type NewEvent } from '@eventfleet/event-store';
import { createKafka, createPublisher, ensureTopics, logEnds, readLogTail } from '@eventfleet/kafka';
import { createPool } from '@eventfleet/postgres';
import {
  createTestDatabase,
  eventually,
  testServers,
  uniquePrefix,
  type TestDatabase,
} from '@eventfleet/testing';
import { z } from 'zod';
import { KafkaTarget, type KafkaTargetState } from './kafka-target.js';
import { OutboxRelay, type OutboxRelayOptions } from './outbox-relay.js';
import { countBacklog } from './read-backlog.js';
import { readRelayStatus } from './relay-status.js';
import { rewindRelay } from './rewind.js';

const logger = pino({ level: 'silent' });
const PARTITIONS = 4;

let database: TestDatabase;
let pool: pg.Pool;
let kafka: Kafka;
let settings: KafkaSettings;
let topic: string;
let relays: OutboxRelay[];

beforeEach(async () => {
  database = await createTestDatabase('relay');
  await migrateEventStore(database.url);
  pool = createPool({ url: database.url, applicationName: 'test', max: 4, pipeline: true });
  const prefix = uniquePrefix('relay');
  topic = `${prefix}account-events`;
  const variables = {
    KAFKA_BROKERS: testServers().kafkaBrokers,
    KAFKA_TOPIC_PREFIX: prefix,
    KAFKA_REPLICATION_FACTOR: '1',
  };
  settings = kafkaSettings(loadConfig(z.object(kafkaVariables), variables));
  kafka = createKafka(settings, 'test', logger);
  await createTopic();
  relays = [];
});

afterEach(async () => {
  await Promise.all(relays.map((relay) => relay.stop()));
  await pool.end();
  await deleteTopic();
  await database.drop();
});

async function createTopic(): Promise<void> {
  await eventually(async () => {
    await ensureTopics(
      kafka,
      [{ name: topic, partitions: PARTITIONS, partitionsVariable: 'TEST', config: {} }],
      settings,
    );
    return true;
  });
}

async function deleteTopic(): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [topic] });
  await admin.disconnect();
}

function target(): KafkaTarget {
  return new KafkaTarget({
    kafka,
    catalogs: [{ aggregateType: 'account', topic: 'account-events' }],
    topicPrefix: settings.topicPrefix,
    locate: (references) => locateEvents(pool, references),
  });
}

function startRelay(options: Partial<OutboxRelayOptions> = {}): OutboxRelay {
  const relay = new OutboxRelay({
    pool,
    target: target(),
    logger,
    holder: randomUUID(),
    leaseMs: 1_000,
    ...options,
  });
  relays.push(relay);
  relay.start();
  return relay;
}

function event(aggregateId: string, version: number, data = '{"amount":1}'): NewEvent {
  return {
    eventId: randomUUID(),
    type: 'account.credited',
    schemaVersion: 1,
    aggregateType: 'account',
    aggregateId,
    version,
    data,
    occurredAt: new Date().toISOString(),
    correlationId: 'c',
    causationId: 'k',
    traceparent: 't',
  };
}

async function append(events: NewEvent[]): Promise<void> {
  const client = await pool.connect();
  await appendBatch(client, { answers: [], releases: [], takes: [], events });
  client.release();
}

/** `count` events, version by version over ten aggregates, as an append each. */
async function store(
  count: number,
  ids = Array.from({ length: 10 }, () => randomUUID()),
  first = 1,
): Promise<string[]> {
  for (let index = 0; index < count; index += ids.length) {
    await append(ids.slice(0, count - index).map((id) => event(id, first + index / ids.length)));
  }
  return ids;
}

interface Published {
  readonly eventId: string;
  readonly aggregateId: string;
  readonly version: number;
}

async function published(): Promise<Published[]> {
  const from = new Map(
    Array.from({ length: PARTITIONS }, (_, partition): [number, bigint] => [partition, 0n]),
  );
  const records = [...(await readLogTail(kafka, topic, from)).values()].flat();
  return records.filter(({ key }) => key?.length === 36).map((record) => fromCloudEvent(record));
}

function inVersionOrder(events: readonly Published[]): boolean {
  const next = new Map<string, number>();
  return events.every(({ aggregateId, version }) => {
    const expected = next.get(aggregateId) ?? 1;
    if (version === expected) next.set(aggregateId, version + 1);
    return version <= expected;
  });
}

async function drained(): Promise<void> {
  await eventually(
    async () => (await readRelayStatus(pool)).length > 0 && (await countBacklog(pool, 'kafka')) === 0,
  );
}

async function expectPublishedOnce(count: number): Promise<void> {
  await drained();
  const events = await published();
  expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(count);
  expect(events).toHaveLength(count);
  expect(inVersionOrder(events)).toBe(true);
}

async function saved(): Promise<KafkaTargetState> {
  const result = await pool.query<{ target_state: KafkaTargetState }>(
    'select target_state from relay_checkpoints',
  );
  return result.rows[0]!.target_state;
}

async function save(state: unknown): Promise<void> {
  await pool.query('update relay_checkpoints set target_state = $1', [JSON.stringify(state)]);
}

describe('OutboxRelay to Kafka', () => {
  it('publishes every event once and in order, over clean stops and starts', async () => {
    const ids = await store(100);
    await startRelay()
      .stop()
      .catch(() => undefined);
    const relay = startRelay();
    await drained();
    await store(50, ids, 11);
    relay.wake();
    await drained();
    await relay.stop();
    startRelay();
    await store(50, ids, 16);
    await expectPublishedOnce(200);
  });

  it('splits what is too much for one partition, and keeps its order', async () => {
    const id = randomUUID();
    const big = JSON.stringify({ text: 'x'.repeat(50_000) });
    await append(Array.from({ length: 60 }, (_, index) => event(id, index + 1, big)));
    startRelay();
    await expectPublishedOnce(60);
  });

  it('finds in the log what was sent before the checkpoint was lost, and sends only the rest', async () => {
    const ids = await store(40);
    const relay = startRelay();
    await drained();
    await relay.stop();
    const checkpoint = await pool.query(
      'select transaction_id, global_position, target_state from relay_checkpoints',
    );
    await store(40, ids, 5);
    const second = startRelay();
    await drained();
    await second.stop();
    const {
      transaction_id: transactionId,
      global_position: position,
      target_state: state,
    } = checkpoint.rows[0];
    await pool.query(
      'update relay_checkpoints set transaction_id = $1, global_position = $2, target_state = $3',
      [transactionId, position, JSON.stringify(state)],
    );
    await store(20, ids, 9);
    startRelay();
    await expectPublishedOnce(100);
  });

  it('looks past foreign records at the end of the log', async () => {
    const ids = await store(10);
    const relay = startRelay();
    await drained();
    const publisher = createPublisher(kafka);
    const noise = Array.from({ length: PARTITIONS }, (_, partition) => ({
      partition,
      key: 'noise',
      value: '\u0000',
      headers: {},
    }));
    await publisher.publish(topic, noise);
    await store(10, ids, 2);
    relay.wake();
    await drained();
    await relay.stop();
    await publisher.publish(topic, noise);
    await publisher.disconnect();
    startRelay();
    await store(10, ids, 3);
    await expectPublishedOnce(30);
  });

  it('publishes again what is missing when Kafka lost the tail of its log', async () => {
    const ids = await store(20);
    const relay = startRelay();
    await drained();
    await relay.stop();
    await store(20, ids, 3);
    // As if the second twenty had been published, and Kafka had lost them: the checkpoint is past them, the log is not.
    const state = await saved();
    const log = state.topics[topic]!;
    await save({
      ...state,
      topics: { [topic]: { ...log, next: log.next.map((next) => String(Number(next) + 7)) } },
    });
    await pool.query(
      `update relay_checkpoints set (transaction_id, global_position) =
         (select transaction_id, global_position from events order by transaction_id desc, global_position desc limit 1)`,
    );
    startRelay();
    await eventually(async () => (await published()).length >= 40);
    await expectPublishedOnce(40);
  });

  it('notices a log that was cut while it ran', async () => {
    const relay = startRelay();
    await store(20);
    await drained();
    await deleteTopic();
    await createTopic();
    await eventually(() => relay.health().role === 'refused');
    expect(relay.health().problem).toMatch(/topic .* is another one .* fleet -- relay rewind/);
    expect(await published()).toEqual([]);

    await rewindRelay(pool, 'kafka');
    await eventually(() => relay.health().role === 'active');
    await expectPublishedOnce(20);
  });

  it('refuses another cluster and another Postgres server until it is rewound', async () => {
    await store(10);
    const relay = startRelay();
    await drained();
    await relay.stop();
    await save({ ...(await saved()), clusterId: 'elsewhere' });
    const second = startRelay();
    await eventually(() => second.health().role === 'refused');
    expect(second.health().problem).toMatch(/cluster .* is another one than elsewhere/);
    await second.stop();

    await rewindRelay(pool, 'kafka');
    await pool.query(`update relay_checkpoints set system_identifier = '1'`);
    await pool.query(
      `update events set transaction_id = (pg_current_xact_id()::text::bigint + 1000000)::text::xid8`,
    );
    const third = startRelay();
    await eventually(() => third.health().role === 'refused');
    expect(third.health().problem).toMatch(/Postgres server .* is another one than 1/);

    expect(await rewindRelay(pool, 'kafka')).toBe(10);
    await eventually(async () => (await published()).length === 20);
    expect(new Set((await published()).map(({ eventId }) => eventId)).size).toBe(10);
    expect(inVersionOrder(await published())).toBe(true);
  });

  it('lets one relay publish, and another take over at once when it stops', async () => {
    const [first, second] = [startRelay(), startRelay()];
    await eventually(() => [first, second].some((relay) => relay.health().role === 'active'));
    expect([first, second].map((relay) => relay.health().role).toSorted()).toEqual(['active', 'standby']);
    const [active, standby] = first.health().role === 'active' ? [first, second] : [second, first];
    const ids = await store(20);
    await drained();
    await active.stop();
    await eventually(() => standby.health().role === 'active');
    await store(20, ids, 3);
    await expectPublishedOnce(40);
  });

  it('cannot move the checkpoint once its lease went to another', async () => {
    const frozen = startRelay();
    await store(10);
    await drained();
    // As after a freeze: another process holds a newer epoch while this one still believes in its own.
    await pool.query(
      `update relay_checkpoints set epoch = epoch + 1, holder = 'other', lease_until = now() + interval '3 s'`,
    );
    await store(10);
    await eventually(() => frozen.health().role === 'standby');
    expect(await countBacklog(pool, 'kafka')).toBe(10);
    await eventually(() => frozen.health().role === 'active');
    await drained();
    const events = await published();
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(20);
    expect(inVersionOrder(events)).toBe(true);
  });

  it('knows the end of its log', async () => {
    startRelay();
    await store(30);
    await drained();
    const ends = await logEnds(kafka, topic);
    const { topics } = await saved();
    expect(topics[topic]!.next).toEqual(
      Array.from({ length: PARTITIONS }, (_, index) => String(ends.get(index)!.end)),
    );
  });
});
