import type { KafkaSettings } from '@eventfleet/config';
import { TOPIC_ACCESS, withTopicPrefix } from '@eventfleet/contracts';
import { pino } from 'pino';
import { assertAccess } from './kafkajs/admin/assert-access.js';
import { createKafka } from './kafkajs/create-kafka.js';

/** Those that say where Kafka is, and how to log in: for messages. */
export const KAFKA_VARIABLES = 'KAFKA_BROKERS, KAFKA_SSL, KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD';

/**
 * Logs in once, and asks whether this user may do what the app does.
 * @throws as `assertAccess` does
 */
export async function askKafka(settings: KafkaSettings, app: keyof typeof TOPIC_ACCESS): Promise<void> {
  const kafka = createKafka(settings, `eventfleet-${app}`, pino({ level: 'silent' }));
  await assertAccess(kafka, withTopicPrefix(settings.topicPrefix, TOPIC_ACCESS[app]));
}
