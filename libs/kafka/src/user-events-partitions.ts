import { setTimeout as delay } from 'node:timers/promises';
import type { KafkaSettings } from '@eventfleet/config';
import { userEvents } from '@eventfleet/contracts';
import { pino } from 'pino';
import { createKafka } from './kafka-client.js';
import { KafkaError } from './kafka.errors.js';
import { checkPartitions, fleetTopics, withPrefix } from './topics.js';

const RETRY_MS = 1_000;

/**
 * For apps that read or write user events. Looks at their topic until it can be seen, however long that takes; whether
 * Kafka answers, others report.
 * @throws KafkaError `partition-count-mismatch`, naming the variable, where the topic has another number of partitions
 */
export async function requireUserEventsPartitions(settings: KafkaSettings, app: string): Promise<void> {
  const kafka = createKafka(settings, app, pino({ level: 'silent' }));
  const topics = fleetTopics(settings).filter(({ name }) => name === withPrefix(settings, userEvents.topic));
  for (;;) {
    try {
      for (const topic of topics) await checkPartitions(kafka, topic);
      return;
    } catch (error) {
      if (error instanceof KafkaError && error.code === 'partition-count-mismatch') throw error;
    }
    await delay(RETRY_MS, undefined, { ref: false });
  }
}
