import type { KafkaSettings, RabbitmqSettings } from '@eventfleet/config';
import { WORK_QUEUES, type EventCatalog, type SigningKey } from '@eventfleet/contracts';
import { EventStore } from '@eventfleet/event-store';
import { createKafka } from '@eventfleet/kafka';
import { KafkaTarget, PublishedOffsets, RabbitmqTarget, type RelayTarget } from '@eventfleet/outbox-relay';
import { RabbitmqPublisher } from '@eventfleet/rabbitmq';
import type pg from 'pg';
import type { Logger } from 'pino';
import { APP_NAME } from '../command-api.config.js';

/** One topic a catalog. */
export function kafkaTarget(
  settings: KafkaSettings,
  catalogs: readonly EventCatalog[],
  signingKeys: readonly SigningKey[],
  pool: pg.Pool,
  logger: Logger,
): RelayTarget {
  const kafka = createKafka(settings, APP_NAME, logger);
  return new KafkaTarget({
    kafka,
    catalogs,
    topicPrefix: settings.topicPrefix,
    publishedOffsets: new PublishedOffsets(kafka, settings.topicPrefix, logger),
    signingKeys,
    locate: (references) => new EventStore(pool).locateEvents(references),
  });
}

/** One exchange a catalog. */
export function rabbitmqTarget(
  settings: RabbitmqSettings,
  catalogs: readonly EventCatalog[],
  signingKeys: readonly SigningKey[],
): RelayTarget {
  const exchanges = catalogs.map(({ topic }) => topic);
  const publisher = new RabbitmqPublisher({ settings, name: APP_NAME, exchanges, queues: WORK_QUEUES });
  return new RabbitmqTarget({ publisher, catalogs, signingKey: signingKeys[0] });
}
