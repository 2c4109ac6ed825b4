import { LOGGER } from '@eventfleet/observability';
import { endPool } from '@eventfleet/postgres';
import { TimerScheduler } from '@eventfleet/process-managers';
import { ParkedEventProcessor } from '@eventfleet/projections';
import { finishesWithin } from '@eventfleet/resilience';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type pg from 'pg';
import type { Logger } from 'pino';
import { CommandRelay } from './command-relay.js';
import { EVENT_STORE, PROCESS_MANAGER_STORE } from './connections.module.js';

/** All that follows the close of the consumers: a server that does not answer must not delay the stop. */
const STOP_MS = 2_500;

/**
 * Starts and stops what runs beside the consumers. Nest closes the consumers before `onApplicationShutdown`, so no batch
 * is under way then. Nest documents no order among the providers of that hook: so one provider stops all, in order.
 */
@Injectable()
export class ProcessManagerLifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly timers: TimerScheduler,
    private readonly parkedEvents: ParkedEventProcessor,
    private readonly commands: CommandRelay,
    @Inject(PROCESS_MANAGER_STORE) private readonly store: pg.Pool,
    @Inject(EVENT_STORE) private readonly eventStore: pg.Pool,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.commands.start();
    this.timers.start();
    this.parkedEvents.start();
  }

  async onApplicationShutdown(): Promise<void> {
    if (await finishesWithin(this.stop(), STOP_MS)) return;
    this.logger.warn(
      'a server does not answer, stopping without its last answer: nothing to do, the next start reads the checkpoints',
    );
  }

  /** The relay stops after everything that sends commands, and saves its checkpoint before the pools end. */
  private async stop(): Promise<void> {
    await Promise.all([this.timers.stop(), this.parkedEvents.stop()]);
    await this.commands.stop();
    await Promise.all([endPool(this.store), endPool(this.eventStore)]);
  }
}
