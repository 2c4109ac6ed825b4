import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { pino } from 'pino';
import { kafkaSettings, kafkaVariables, loadConfig } from '@eventfleet/config';
import { fromCloudEvent, type SigningKey } from '@eventfleet/contracts';
import { EventStore, migrateEventStore, type NewEvent } from '@eventfleet/event-store';
import {
  createKafka,
  deleteTopics,
  describeTopic,
  ensureTopics,
  readLogTail,
  type Kafka,
  type KafkaRecord,
} from '@eventfleet/kafka';
import { createPool } from '@eventfleet/postgres';
import { createTestDatabase, eventually, testServers, uniquePrefix } from '@eventfleet/testing';
import { z } from 'zod';
import { KafkaTarget, type KafkaTargetState } from './kafka-target.js';
import type { LocateEvents } from './published-positions.js';
import { OutboxRelay } from './outbox-relay.js';
import { countBacklog } from './read-backlog.js';
import { readRelayStatus } from './relay-status.js';
import { event } from './tail-event.fixture.js';

const logger = pino({ level: 'silent' });
export const PARTITIONS = 4;

export interface Published {
  readonly eventId: string;
  readonly aggregateId: string;
  readonly version: number;
}

/** An event store and a topic of its own, relays between them, and what can be seen of both from outside. */
export interface RelayFixture {
  readonly pool: pg.Pool;
  readonly kafka: Kafka;
  readonly topic: string;
  startTarget(locate?: LocateEvents, signingKeys?: readonly SigningKey[]): KafkaTarget;
  startRelay(signingKeys?: readonly SigningKey[]): OutboxRelay;
  append(events: readonly NewEvent[]): Promise<void>;
  /** `count` events, version by version over ten aggregates, as an append each. Returns the aggregates' ids. */
  store(count: number, ids?: readonly string[], firstVersion?: number): Promise<readonly string[]>;
  published(): Promise<Published[]>;
  /** What is in the topic, partition by partition. */
  records(): Promise<KafkaRecord[]>;
  /** Waits until nothing is left to publish. */
  drained(relay?: string): Promise<void>;
  /** After `drained`: that many events, each once, in version order. */
  expectPublishedOnce(count: number): Promise<void>;
  savedState(): Promise<KafkaTargetState>;
  saveState(state: unknown): Promise<void>;
  createTopic(): Promise<void>;
  deleteTopic(): Promise<void>;
  close(): Promise<void>;
}

export async function startRelayFixture(): Promise<RelayFixture> {
  const database = await createTestDatabase('relay', migrateEventStore);
  const pool = createPool({ url: database.url, applicationName: 'test', max: 4, pipeline: true });
  const eventStore = new EventStore(pool);
  const prefix = uniquePrefix('relay');
  const topic = `${prefix}account-events`;
  const variables = {
    KAFKA_BROKERS: testServers().kafkaBrokers,
    KAFKA_TOPIC_PREFIX: prefix,
    KAFKA_REPLICATION_FACTOR: '1',
  };
  const settings = kafkaSettings(loadConfig(z.object(kafkaVariables), variables));
  const kafka = createKafka(settings, 'test', logger);
  const relays: OutboxRelay[] = [];
  const targets: KafkaTarget[] = [];

  const fixture: RelayFixture = {
    pool,
    kafka,
    topic,

    startTarget(locate = (references) => eventStore.locateEvents(references), signingKeys = []) {
      const target = new KafkaTarget({
        kafka,
        catalogs: [{ aggregateType: 'account', topic: 'account-events' }],
        topicPrefix: prefix,
        signingKeys,
        locate,
      });
      targets.push(target);
      return target;
    },

    startRelay(signingKeys) {
      const target = fixture.startTarget(undefined, signingKeys);
      const relay = new OutboxRelay({ pool, target, logger, holder: randomUUID(), leaseMs: 1_000 });
      relays.push(relay);
      relay.start();
      return relay;
    },

    append: (events) => eventStore.appendBatch({ events }),

    async store(count, ids = Array.from({ length: 10 }, () => randomUUID()), firstVersion = 1) {
      for (let index = 0; index < count; index += ids.length) {
        const version = firstVersion + index / ids.length;
        await fixture.append(ids.slice(0, count - index).map((id) => event(id, version)));
      }
      return ids;
    },

    async published() {
      const records = await fixture.records();
      return records.filter(({ key }) => key?.length === 36).map((record) => fromCloudEvent(record));
    },

    async records() {
      const from = new Map(
        Array.from({ length: PARTITIONS }, (_, partition): [number, bigint] => [partition, 0n]),
      );
      return [...(await readLogTail(kafka, topic, from)).values()].flat();
    },

    async drained(relay = 'kafka') {
      await eventually(
        async () => (await readRelayStatus(pool)).length > 0 && (await countBacklog(pool, relay)) === 0,
      );
    },

    async expectPublishedOnce(count) {
      await fixture.drained();
      const events = await fixture.published();
      expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(count);
      expect(events).toHaveLength(count);
      expect(inVersionOrder(events)).toBe(true);
    },

    async savedState() {
      const result = await pool.query<{ target_state: KafkaTargetState }>(
        'select target_state from relay_checkpoints',
      );
      return result.rows[0]!.target_state;
    },

    async saveState(state) {
      await pool.query('update relay_checkpoints set target_state = $1', [JSON.stringify(state)]);
    },

    async createTopic() {
      const spec = { name: topic, partitions: PARTITIONS, partitionsVariable: 'TEST', config: {} };
      await ensureTopics(kafka, [spec], settings);
    },

    async deleteTopic() {
      await deleteTopics(kafka, [topic]);
      // The broker is informed later: until then it describes the old topic.
      await eventually(() =>
        describeTopic(kafka, topic).then(
          () => false,
          ({ code }: { code?: string }) => code === 'topic-missing',
        ),
      );
    },

    async close() {
      await Promise.all(relays.map((relay) => relay.stop()));
      await Promise.all(targets.map((target) => target.close()));
      await pool.end();
      await fixture.deleteTopic();
      await database.drop();
    },
  };
  await fixture.createTopic();
  return fixture;
}

/** Whether each aggregate's versions first appear one after the other; repeats may stand anywhere behind. */
export function inVersionOrder(events: readonly Published[]): boolean {
  const next = new Map<string, number>();
  return events.every(({ aggregateId, version }) => {
    const expected = next.get(aggregateId) ?? 1;
    if (version === expected) next.set(aggregateId, version + 1);
    return version <= expected;
  });
}
