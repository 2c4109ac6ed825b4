import { setTimeout as delay } from 'node:timers/promises';
import type { KafkaSettings } from '@eventfleet/config';
import { pino } from 'pino';
import { KafkaError } from './kafka.errors.js';
import { createKafka } from './kafkajs/create-kafka.js';
import { checkPartitions, withPrefix } from './topics.js';

/** How many partitions a topic must have. */
export interface PartitionExpectation {
  /** Without the settings' prefix. */
  readonly topic: string;
  readonly partitions: number;
  /** The variable that says so. */
  readonly variable: string;
}

const RETRY_MS = 1_000;

/**
 * For apps that read or write topics with keys. Looks at the topics until all can be seen, however long that takes;
 * whether Kafka answers, others report.
 * @throws KafkaError `partition-count-mismatch`, naming the variable, if a topic has another number of partitions
 */
export async function requirePartitions(
  settings: KafkaSettings,
  appName: string,
  expectations: readonly PartitionExpectation[],
): Promise<void> {
  const kafka = createKafka(settings, appName, pino({ level: 'silent' }));
  for (;;) {
    try {
      for (const { topic, partitions, variable } of expectations) {
        const name = withPrefix(settings, topic);
        await checkPartitions(kafka, { name, partitions, partitionsVariable: variable });
      }
      return;
    } catch (error) {
      if (error instanceof KafkaError && error.code === 'partition-count-mismatch') throw error;
    }
    await delay(RETRY_MS, undefined, { ref: false });
  }
}
