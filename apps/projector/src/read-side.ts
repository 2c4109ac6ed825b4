import { EventStore } from '@eventfleet/event-store';
import { createKafka, KafkaBatchStrategy } from '@eventfleet/kafka';
import { createPool, endPool } from '@eventfleet/postgres';
import { assignedPartitions, ParkedEventProcessor, ProjectionRuntime } from '@eventfleet/projections';
import { exitFatally } from '@eventfleet/app';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { finishesWithin } from '@eventfleet/resilience';
import type { Logger } from 'pino';
import { projections } from './projections.js';
import type { ProjectorConfig } from './projector.config.js';

const APP = 'eventfleet-projector';
/** Partitions worked on at a time, over both projections, one for parked events, and one for health. */
const CONNECTIONS = 8;
/** After the consumers: a store that does not answer holds up no stop. */
const STOP_MS = 2_500;

/** What the projections of this process share. Consumers are closed before it, so no batch is under way when it ends. */
export class ReadSide implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly pool;
  readonly runtime: ProjectionRuntime;
  readonly strategy: KafkaBatchStrategy;
  private readonly desk: ParkedEventProcessor;
  private readonly eventStore: EventStore | undefined;

  constructor(
    config: ProjectorConfig,
    private readonly logger: Logger,
  ) {
    const { readStoreUrl: url, eventStoreUrl, kafka: settings, maxAttempts } = config;
    // Rows and checkpoint are lost together, if at all, and then read from Kafka again.
    this.pool = createPool({
      url,
      applicationName: APP,
      max: CONNECTIONS,
      pipeline: true,
      synchronousCommit: false,
    });
    const eventStore =
      eventStoreUrl === undefined
        ? undefined
        : new EventStore(createPool({ url: eventStoreUrl, applicationName: APP, max: 1, readOnly: true }));
    this.eventStore = eventStore;
    this.runtime = new ProjectionRuntime(this.pool, logger, { maxAttempts });
    this.strategy = new KafkaBatchStrategy({
      kafka: createKafka(settings, APP, logger),
      settings,
      logger,
      onFatal: (error) => exitFatally(logger, error, 'a consumer cannot go on'),
    });
    this.desk = new ParkedEventProcessor({
      pool: this.pool,
      projections,
      topicPrefix: settings.topicPrefix,
      logger,
      assigned: () => assignedPartitions(projections, settings.topicPrefix, this.strategy.health()),
      ...(eventStore ? { readMissing: (missing) => eventStore.readStream(missing, missing) } : {}),
    });
  }

  onApplicationBootstrap(): void {
    this.desk.start();
  }

  async onApplicationShutdown(): Promise<void> {
    if (await finishesWithin(this.finish(), STOP_MS)) return;
    this.logger.warn(
      'the read store does not answer; whether its last portion counts, the next start finds out',
    );
  }

  private async finish(): Promise<void> {
    await this.desk.stop();
    await Promise.all([endPool(this.pool), this.eventStore?.close()]);
  }
}
