import { hostname } from 'node:os';
import { userEvents, WORK_QUEUES } from '@eventfleet/contracts';
import type { EventStore } from '@eventfleet/event-store';
import { createKafka } from '@eventfleet/kafka';
import { KafkaTarget, OutboxRelay, RabbitmqTarget, type RelayTarget } from '@eventfleet/outbox-relay';
import { RabbitmqPublisher } from '@eventfleet/rabbitmq';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { CommandApiConfig } from './command-api.config.js';

/** Catalogs of every aggregate whose events are published. */
export const CATALOGS = [userEvents];

export function kafkaTarget(
  { kafka: settings }: CommandApiConfig,
  app: string,
  eventStore: EventStore,
  logger: Logger,
): RelayTarget {
  return new KafkaTarget({
    kafka: createKafka(settings, app, logger),
    catalogs: CATALOGS,
    topicPrefix: settings.topicPrefix,
    locate: (references) => eventStore.locateEvents(references),
  });
}

/** Undefined where RabbitMQ is off. */
export function rabbitmqTarget(
  { rabbitmq: settings }: CommandApiConfig,
  app: string,
): RelayTarget | undefined {
  if (!settings) return undefined;
  const exchanges = CATALOGS.map(({ topic }) => topic);
  const publisher = new RabbitmqPublisher({ settings, name: app, exchanges, queues: WORK_QUEUES });
  return new RabbitmqTarget({ publisher, catalogs: CATALOGS });
}

export function relayTo(target: RelayTarget, pool: pg.Pool, logger: Logger): OutboxRelay {
  return new OutboxRelay({ pool, target, logger, holder: `${hostname()}:${process.pid}` });
}
