import type { EventStore } from '@eventfleet/event-store';
import { LOGGER } from '@eventfleet/observability';
import { endPool } from '@eventfleet/postgres';
import { ParkedEventProcessor } from '@eventfleet/projections';
import { finishesWithin } from '@eventfleet/resilience';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type pg from 'pg';
import type { Logger } from 'pino';
import { EVENT_STORE, READ_STORE } from './connections.module.js';

/** All that follows the close of the consumers: a store that does not answer must not delay the stop. */
const STOP_MS = 2_500;

/**
 * Starts and stops what runs beside the consumers. Nest closes the consumers before `onApplicationShutdown`, so no batch
 * is under way then. Nest documents no order among the providers of that hook: so one provider stops all, in order.
 */
@Injectable()
export class ProjectorLifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly parkedEvents: ParkedEventProcessor,
    @Inject(READ_STORE) private readonly readStore: pg.Pool,
    @Inject(EVENT_STORE) private readonly eventStore: EventStore | null,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.parkedEvents.start();
  }

  async onApplicationShutdown(): Promise<void> {
    if (await finishesWithin(this.stop(), STOP_MS)) return;
    this.logger.warn(
      'the read store does not answer, stopping without its last answer: nothing to do, the next start reads the checkpoints',
    );
  }

  private async stop(): Promise<void> {
    await this.parkedEvents.stop();
    await Promise.all([endPool(this.readStore), this.eventStore?.close()]);
  }
}
