import { HistoryCheck } from '@eventfleet/history';
import { LOGGER } from '@eventfleet/observability';
import { hostname } from 'node:os';
import { OutboxRelay, registerBacklogMetrics, type RelayHealth } from '@eventfleet/outbox-relay';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { COMMAND_AGGREGATES, CONFIG } from '../app-context.module.js';
import type { CommandAggregate } from '../command-aggregate.js';
import type { CommandApiConfig } from '../command-api.config.js';
import { EventStorePools } from '../event-store/event-store-pools.js';
import { ShutdownDeadline } from '../shutdown-deadline.js';
import { kafkaTarget, rabbitmqTarget } from './relay-targets.js';

/** One outbox relay a broker: Kafka, and RabbitMQ if it is on. The brokers do not wait for each other. */
@Injectable()
export class EventRelays implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly kafka: OutboxRelay;
  private readonly relays: readonly OutboxRelay[];
  private readonly names: readonly string[];

  constructor(
    @Inject(CONFIG) config: CommandApiConfig,
    @Inject(LOGGER) logger: Logger,
    @Inject(COMMAND_AGGREGATES) aggregates: readonly CommandAggregate[],
    private readonly pools: EventStorePools,
    private readonly deadline: ShutdownDeadline,
    history: HistoryCheck,
  ) {
    const catalogs = aggregates.map(({ aggregate }) => aggregate.events);
    const pool = pools.shared;
    const holder = `${hostname()}:${process.pid}`;
    const { kafka, rabbitmq, signingKeys } = config;
    const toKafka = kafkaTarget(kafka, catalogs, signingKeys, pool, logger);
    const toRabbitmq = rabbitmq && rabbitmqTarget(rabbitmq, catalogs, signingKeys);
    this.kafka = new OutboxRelay({
      pool,
      target: toKafka,
      logger,
      holder,
      beforeRecovery: (checkpoint, save) => history.run(checkpoint, save),
    });
    const others = toRabbitmq ? [new OutboxRelay({ pool, target: toRabbitmq, logger, holder })] : [];
    this.relays = [this.kafka, ...others];
    this.names = [toKafka.name, ...(toRabbitmq ? [toRabbitmq.name] : [])];
  }

  onApplicationBootstrap(): void {
    registerBacklogMetrics(this.pools.shared, this.names);
    for (const relay of this.relays) relay.start();
  }

  /** Says that events were stored, so that no relay waits for its next poll. */
  wake(): void {
    for (const relay of this.relays) relay.wake();
  }

  kafkaHealth(): RelayHealth {
    return this.kafka.health();
  }

  /** Each finishes what it is sending, saves its checkpoint and gives its lease up. */
  onApplicationShutdown(): Promise<void> {
    return this.deadline.within(() => Promise.all(this.relays.map((relay) => relay.stop())));
  }
}
