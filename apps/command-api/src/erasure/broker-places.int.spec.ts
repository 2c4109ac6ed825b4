import { randomUUID } from 'node:crypto';
import { AGGREGATES } from '@eventfleet/contracts';
import { createKafka, createPublisher, ensureTopics, fleetTopics, type Kafka } from '@eventfleet/kafka';
import { createPool } from '@eventfleet/postgres';
import { eventually, testKafkaSettings } from '@eventfleet/testing';
import { pino } from 'pino';
import { commandApiConfig } from '../command-api.fixture.js';
import { brokerPlaces } from './broker-places.js';

const DEAD_LETTERS = 'command-api.dead-letter';
const settings = testKafkaSettings('places');
// It never connects.
const pool = createPool({ url: commandApiConfig.eventStoreUrl, applicationName: 'test', max: 1 });
let kafka: Kafka;

beforeAll(async () => {
  kafka = createKafka(settings, 'test', pino({ level: 'silent' }));
  await ensureTopics(kafka, fleetTopics(settings), settings);
});

async function publish(topic: string, key: string): Promise<void> {
  const publisher = createPublisher(kafka);
  await publisher.publish(settings.topicPrefix + topic, [{ partition: 0, key, value: 'Ann', headers: {} }]);
  await publisher.disconnect();
}

function erase(aggregateId: string) {
  const places = brokerPlaces({ pool, kafka, settings, hasRabbitmq: false, aggregates: AGGREGATES });
  const place = places.find(({ name }) => name === DEAD_LETTERS)!;
  const erasure = { erasureId: randomUUID(), aggregateType: 'user', requestedAt: new Date(), ageMs: 10_000 };
  return place.erase({ ...erasure, aggregateId, places: new Set() });
}

it('dead letters of commands are done once none of them is a command again', async () => {
  const [id, retried] = [randomUUID(), randomUUID()];
  for (const key of [id, retried]) await publish(DEAD_LETTERS, key);
  await publish('user-commands', retried);

  // The first group of a cluster waits for its coordinator.
  expect(await eventually(() => erase(id))).toEqual({ outcome: 'deleted', count: 1 });
  expect(await erase(retried)).toBeUndefined();
});
