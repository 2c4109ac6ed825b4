import { BacklogLimit } from '@eventfleet/outbox-relay';
import { LOGGER } from '@eventfleet/observability';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { CONFIG } from '../app-context.module.js';
import type { CommandApiConfig } from '../command-api.config.js';
import { EventStorePools } from '../event-store/event-store-pools.js';
import { ShutdownDeadline } from '../shutdown-deadline.js';

/** Bounds the events that wait to be published to Kafka: beyond the bound, commands are refused. */
@Injectable()
export class RelayBacklog implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly limit: BacklogLimit;

  constructor(
    @Inject(CONFIG) { relayBacklogLimit: limit }: CommandApiConfig,
    @Inject(LOGGER) logger: Logger,
    pools: EventStorePools,
    private readonly deadline: ShutdownDeadline,
  ) {
    this.limit = new BacklogLimit({ pool: pools.shared, relay: 'kafka', logger, limit });
  }

  get isTooLong(): boolean {
    return this.limit.isExceeded;
  }

  onApplicationBootstrap(): void {
    this.limit.start();
  }

  /** This process has stored so many events. */
  stored(events: number): void {
    this.limit.onStored(events);
  }

  onApplicationShutdown(): Promise<void> {
    return this.deadline.within(() => this.limit.stop());
  }
}
