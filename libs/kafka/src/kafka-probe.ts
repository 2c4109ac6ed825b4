import type { KafkaSettings } from '@eventfleet/config';
import { TOPIC_ACCESS, withTopicPrefix } from '@eventfleet/contracts';
import { pino } from 'pino';
import { assertAccess } from './kafkajs/admin/assert-access.js';
import { createKafka } from './kafkajs/create-kafka.js';

/** Whether Kafka lets an app in: logs in once, and asks whether this user may do what the app does. */
export function kafkaProbe(settings: KafkaSettings, app: keyof typeof TOPIC_ACCESS) {
  return {
    server: 'kafka',
    variables: 'KAFKA_BROKERS, KAFKA_SSL, KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD',
    async attempt(): Promise<void> {
      const kafka = createKafka(settings, `eventfleet-${app}`, pino({ level: 'silent' }));
      await assertAccess(kafka, withTopicPrefix(settings.topicPrefix, TOPIC_ACCESS[app]));
    },
  };
}
