import { createKafka } from '@eventfleet/kafka';
import { LOGGER } from '@eventfleet/observability';
import { createPool, endPool } from '@eventfleet/postgres';
import { SCHEMA } from '@eventfleet/process-managers';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type pg from 'pg';
import type { Logger } from 'pino';
import { COMMAND_AGGREGATES, CONFIG } from '../app-context.module.js';
import type { CommandAggregate } from '../command-aggregate.js';
import { APP_NAME, type CommandApiConfig } from '../command-api.config.js';
import { EventStorePools } from '../event-store/event-store-pools.js';
import { ShutdownDeadline } from '../shutdown-deadline.js';
import { erasurePlaces } from './erasure-places.js';
import { ErasureProcess } from './erasure-process.js';

/** The lock of the process that erases, and one statement. */
const EVENT_STORE_CONNECTIONS = 2;

/** Runs erasures in the background, on connections of its own. */
@Injectable()
export class Erasures implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly process: ErasureProcess;
  private readonly pools: readonly pg.Pool[];

  constructor(
    @Inject(CONFIG) config: CommandApiConfig,
    @Inject(LOGGER) logger: Logger,
    @Inject(COMMAND_AGGREGATES) aggregates: readonly CommandAggregate[],
    private readonly deadline: ShutdownDeadline,
    // They end after this.
    _pools: EventStorePools,
  ) {
    const { eventStoreUrl: url, readStoreUrl, kafka: settings, rabbitmq, onboarding } = config;
    const pool = createPool({ url, applicationName: APP_NAME, max: EVENT_STORE_CONNECTIONS });
    const processManagers = createPool({ url, applicationName: APP_NAME, max: 1, schema: SCHEMA });
    const readStore = createPool({ url: readStoreUrl, applicationName: APP_NAME, max: 1 });
    this.pools = [pool, processManagers, readStore];
    this.process = new ErasureProcess({
      pool,
      logger,
      places: erasurePlaces({
        pool,
        processManagers,
        readStore,
        kafka: createKafka(settings, APP_NAME, logger),
        settings,
        hasRabbitmq: rabbitmq !== undefined,
        hasOnboarding: onboarding.isOn,
        aggregates: aggregates.map(({ aggregate }) => aggregate),
      }),
    });
  }

  onApplicationBootstrap(): void {
    this.process.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.deadline.within(() => this.process.stop());
    await this.deadline.within(() => Promise.all(this.pools.map(endPool)));
  }
}
