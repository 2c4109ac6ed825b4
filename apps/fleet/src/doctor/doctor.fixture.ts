import { kafkaSettings, kafkaVariables, loadConfig, type KafkaSettings } from '@eventfleet/config';
import { migrateEventStore } from '@eventfleet/event-store';
import { createKafka, ensureTopics, type TopicSpec } from '@eventfleet/kafka';
import { migrateNotifier } from '@eventfleet/notifications';
import { migrateProcessManagers } from '@eventfleet/process-managers';
import { testServers, uniquePrefix } from '@eventfleet/testing';
import { pino } from 'pino';
import { z } from 'zod';

/** In the URLs of tests, and nowhere in what is printed. */
export const PASSWORD = 'not-to-be-printed';

/** Of the test cluster, with topics that nobody else has. */
export function testKafkaSettings(): KafkaSettings {
  const variables = {
    KAFKA_BROKERS: testServers().kafkaBrokers,
    KAFKA_TOPIC_PREFIX: uniquePrefix('doctor'),
    KAFKA_REPLICATION_FACTOR: '1',
    USER_EVENTS_PARTITIONS: '2',
  };
  return kafkaSettings(loadConfig(z.object(kafkaVariables), variables));
}

export async function makeTopics(settings: KafkaSettings, topics: readonly TopicSpec[]): Promise<void> {
  await ensureTopics(createKafka(settings, 'test', pino({ level: 'silent' })), topics, settings);
}

export async function migrateEvents(url: string): Promise<void> {
  await migrateEventStore(url);
  await migrateProcessManagers(url);
  await migrateNotifier(url);
}
