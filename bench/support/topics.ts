import { kafkaSettings, kafkaVariables, loadConfig, type KafkaSettings } from '@eventfleet/config';
import { createKafka, ensureTopics, type Kafka } from '@eventfleet/kafka';
import { pino } from 'pino';
import { z } from 'zod';

/** As many as the fleet's own topic has. */
export const PARTITIONS = 12;

/** A Kafka client that says nothing, set up as the fleet's are. */
export function quietKafka(brokers: string): Kafka {
  return createKafka(settingsOf(brokers), 'bench', pino({ level: 'silent' }));
}

function settingsOf(brokers: string): KafkaSettings {
  return kafkaSettings(
    loadConfig(z.object(kafkaVariables), { KAFKA_BROKERS: brokers, KAFKA_REPLICATION_FACTOR: '1' }),
  );
}

/** Makes a topic like the fleet's, for a peer or a baseline. */
export async function createTopic(brokers: string, topic: string): Promise<void> {
  const spec = { name: topic, partitions: PARTITIONS, config: {} };
  await ensureTopics(quietKafka(brokers), [spec], settingsOf(brokers));
}
