import type { EventStore } from '@eventfleet/event-store';
import { LOGGER } from '@eventfleet/observability';
import { endPool } from '@eventfleet/postgres';
import { ParkedEventProcessor, RowVerification } from '@eventfleet/projections';
import { finishesWithin } from '@eventfleet/resilience';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type pg from 'pg';
import type { Logger } from 'pino';
import { EVENT_STORE, READ_STORE, VERIFICATION_POOL } from './connections.module.js';
import { ROW_VERIFICATION } from './row-verification.provider.js';

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
    @Inject(ROW_VERIFICATION) private readonly verification: RowVerification | null,
    @Inject(VERIFICATION_POOL) private readonly verificationPool: pg.Pool | null,
    @Inject(EVENT_STORE) private readonly eventStore: EventStore | null,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.parkedEvents.start();
    this.verification?.start();
  }

  async onApplicationShutdown(): Promise<void> {
    if (await finishesWithin(this.stop(), STOP_MS)) return;
    this.logger.warn(
      'the read store does not answer, stopping without its last answer: nothing to do, the next start reads the checkpoints',
    );
  }

  private async stop(): Promise<void> {
    await Promise.all([this.parkedEvents.stop(), this.verification?.stop()]);
    const pools = [this.readStore, this.verificationPool].filter((pool) => pool !== null);
    await Promise.all([...pools.map(endPool), this.eventStore?.close()]);
  }
}
