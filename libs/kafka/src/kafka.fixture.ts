import type { KafkaSettings } from '@eventfleet/config';
import { testKafkaSettings } from '@eventfleet/testing';
import { pino } from 'pino';
import type { Kafka } from './kafka.js';
import { createKafka } from './kafkajs/create-kafka.js';
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
  const settings = testKafkaSettings(name, partitions);
  const kafka = createKafka(settings, name, silent);
  const [topic] = fleetTopics(settings);
  if (!topic) throw new Error('the fleet has no topic');
  await ensureTopics(kafka, [topic], settings);
  return { kafka, settings, topic: topic.name };
}
