import type { RabbitmqSettings } from '@eventfleet/config';
import { EVENT_STORE_SCHEMA, EventStore, personalDataOf, type PersonalData } from '@eventfleet/event-store';
import { requireComparedHistory } from '@eventfleet/history';
import { createKafka, type HeadersFor, type Kafka } from '@eventfleet/kafka';
import {
  commandHeaders,
  OPERATORS_DATABASE_SCHEMA,
  OPERATORS_SCHEMA,
  type FleetServers,
} from '@eventfleet/operators';
import { createPool, endPool, hasMigration } from '@eventfleet/postgres';
import { SCHEMA as PROCESS_MANAGERS } from '@eventfleet/process-managers';
import { READ_STORE_SCHEMA } from '@eventfleet/read-models';
import type { OnApplicationShutdown } from '@nestjs/common';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { ConsoleConfig } from '../console.config.js';

export const CLIENT_NAME = 'eventfleet-console';

/** The servers of the fleet, for the whole app. Connects at first use, not at start. */
export class Stores implements FleetServers, OnApplicationShutdown {
  readonly settings: ConsoleConfig['kafka'];
  readonly kafka: Kafka;
  /** Of a record that is published again. */
  readonly headersFor: HeadersFor;
  /** Undefined if RabbitMQ is off. */
  readonly rabbitmq: RabbitmqSettings | undefined;
  readonly eventStore: pg.Pool;
  readonly processManagers: pg.Pool;
  readonly operators: pg.Pool;
  readonly readStore: pg.Pool;
  /** Of keys of personal data. */
  private readonly keys: pg.Pool;
  readonly events: EventStore;
  /** Undefined if nothing is encrypted. */
  readonly revealEach: PersonalData['revealEach'] | undefined;

  constructor(
    readonly config: ConsoleConfig,
    logger: Logger,
  ) {
    const { eventStoreUrl, readStoreUrl, kafka } = config;
    const shared = { applicationName: CLIENT_NAME };
    this.settings = kafka;
    this.rabbitmq = config.rabbitmq;
    this.kafka = createKafka(kafka, CLIENT_NAME, logger);
    this.headersFor = commandHeaders({
      kafka,
      needsTokens: config.oidc !== undefined,
      client: config.client,
    });
    this.eventStore = createPool({ ...shared, url: eventStoreUrl, max: 4 });
    this.processManagers = createPool({ ...shared, url: eventStoreUrl, max: 2, schema: PROCESS_MANAGERS });
    this.operators = createPool({ ...shared, url: eventStoreUrl, max: 2, schema: OPERATORS_DATABASE_SCHEMA });
    this.readStore = createPool({ ...shared, url: readStoreUrl, max: 4, pipeline: true });
    this.keys = createPool({ ...shared, url: eventStoreUrl, max: 2, verify: requireComparedHistory });
    const personalData = personalDataOf(this.keys, config.personalDataKeys);
    this.events = new EventStore(this.eventStore, personalData);
    this.revealEach = personalData && ((events) => personalData.revealEach(events));
  }

  /** @throws Error with the reason why it cannot be used yet */
  async checkEventStore(): Promise<void> {
    await requireMigration(this.eventStore, EVENT_STORE_SCHEMA);
    await requireMigration(this.operators, OPERATORS_SCHEMA);
  }

  /** @throws Error with the reason why it cannot be used yet */
  checkReadStore(): Promise<void> {
    return requireMigration(this.readStore, READ_STORE_SCHEMA);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(
      [this.eventStore, this.keys, this.processManagers, this.operators, this.readStore].map((pool) =>
        endPool(pool),
      ),
    );
  }
}

async function requireMigration(pool: pg.Pool, name: string): Promise<void> {
  if (!(await hasMigration(pool, name))) throw new Error('waiting for migrations: run fleet migrate');
}
