import { createKafka, KafkaBatchStrategy } from '@eventfleet/kafka';
import { createPool, endPool } from '@eventfleet/postgres';
import { ProjectionRuntime } from '@eventfleet/projections';
import { exitFatally } from '@eventfleet/http';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import type { ProjectorConfig } from './projector.config.js';

const APP = 'eventfleet-projector';
/** Partitions worked on at a time, over both projections, and one for health. */
const CONNECTIONS = 7;

/** What the projections of this process share. Consumers are closed before it, so no batch is under way when it ends. */
export class ReadSide implements OnApplicationShutdown {
  readonly pool;
  readonly runtime: ProjectionRuntime;
  readonly strategy: KafkaBatchStrategy;

  constructor({ readStoreUrl: url, kafka: settings }: ProjectorConfig, logger: Logger) {
    // Rows and checkpoint are lost together, if at all, and then read from Kafka again.
    this.pool = createPool({
      url,
      applicationName: APP,
      max: CONNECTIONS,
      pipeline: true,
      synchronousCommit: false,
    });
    this.runtime = new ProjectionRuntime(this.pool, logger);
    this.strategy = new KafkaBatchStrategy({
      kafka: createKafka(settings, APP, logger),
      settings,
      logger,
      onFatal: (error) => exitFatally(logger, error, 'a consumer cannot go on'),
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await endPool(this.pool);
  }
}
