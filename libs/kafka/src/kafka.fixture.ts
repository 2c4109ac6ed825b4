import type { KafkaSettings } from '@eventfleet/config';
import { testServers, uniquePrefix } from '@eventfleet/testing';
import type { Kafka } from 'kafkajs';
import { pino } from 'pino';
import { createKafka } from './kafka-client.js';
import { fleetTopics, ensureTopics } from './topics.js';

export const silent = pino({ level: 'silent' });

export interface TestKafka {
  readonly kafka: Kafka;
  readonly settings: KafkaSettings;
  /** The full name of `user-events`, which has been made. */
  readonly topic: string;
}

/** A client on the test cluster whose names nobody else uses, and the fleet's topics under that prefix. */
export async function startTestKafka(name: string, partitions = 3): Promise<TestKafka> {
  const settings: KafkaSettings = {
    brokers: testServers().kafkaBrokers.split(','),
    ssl: false,
    replicationFactor: 1,
    topicPrefix: uniquePrefix(name),
    userEventsPartitions: partitions,
    sessionTimeoutMs: 10_000,
  };
  const kafka = createKafka(settings, name, silent);
  const [topic] = fleetTopics(settings);
  if (!topic) throw new Error('the fleet has no topic');
  await ensureTopics(kafka, [topic], settings);
  return { kafka, settings, topic: topic.name };
}
