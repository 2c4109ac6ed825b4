import { kafkaSettings, kafkaVariables, loadConfig } from '@eventfleet/config';
import { createKafka, type Kafka } from '@eventfleet/kafka';
import { pino } from 'pino';
import { z } from 'zod';

/** As many as the fleet's own topic has. */
export const PARTITIONS = 12;

/** A kafkajs client that says nothing, set up as the fleet's are. */
export function quietKafka(brokers: string): Kafka {
  const settings = kafkaSettings(loadConfig(z.object(kafkaVariables), { KAFKA_BROKERS: brokers }));
  return createKafka(settings, 'bench', pino({ level: 'silent' }));
}

/** Makes a topic like the fleet's, for a peer or a baseline. */
export async function createTopic(brokers: string, topic: string): Promise<void> {
  const admin = quietKafka(brokers).admin();
  await admin.connect();
  try {
    await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS, replicationFactor: 1 }] });
  } finally {
    await admin.disconnect();
  }
}
