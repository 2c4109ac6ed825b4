import { ConflictResolver, HistoryCheck, HistoryGuard } from '@eventfleet/history';
import { LOGGER } from '@eventfleet/observability';
import { pollUntilStopped, withDeadline } from '@eventfleet/resilience';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { EventStorePools } from '../event-store/event-store-pools.js';
import { ShutdownDeadline } from '../shutdown-deadline.js';

const INTERVAL_MS = 1_000;
/** Commands go on without Kafka: so long the first comparison is waited for. */
const FIRST_MS = 3_000;
const LOST = 'the event store lacks events that were published: the relay takes them back from Kafka';

/**
 * Compares the event store with what was published: once at the start, before a command is decided, and then as long as
 * events are missing. Looks every second whether the store has another history, and whether an operator has decided.
 */
@Injectable()
export class HistoryWatch implements OnModuleInit, OnApplicationShutdown {
  private loop: { stop(): Promise<void> } | undefined;
  private failure: string | undefined;

  constructor(
    private readonly guard: HistoryGuard,
    private readonly check: HistoryCheck,
    private readonly conflicts: ConflictResolver,
    private readonly pools: EventStorePools,
    private readonly deadline: ShutdownDeadline,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.guard.suspect('the event store is not compared with Kafka yet');
    let isFirst = true;
    this.loop = pollUntilStopped(
      async () => {
        if (isFirst || this.guard.problem !== undefined) await this.compare(isFirst);
        isFirst = false;
        // What it throws is kept as the guard's problem, or is the store's being away.
        await this.guard.verify(this.pools.shared).catch(() => undefined);
        await this.conflicts.resolveMarked();
        this.failure = undefined;
        return { pauseMs: INTERVAL_MS };
      },
      {
        onError: (error) => {
          this.reportOnce(error);
          return { pauseMs: INTERVAL_MS };
        },
      },
    );
  }

  /** A comparison under way asks Kafka, which may not answer. */
  onApplicationShutdown(): Promise<void> {
    return this.deadline.within(async () => this.loop?.stop());
  }

  private async compare(isFirst: boolean): Promise<void> {
    try {
      const hasLost = await withDeadline(this.check.hasLostEvents(), FIRST_MS);
      this.guard.suspect(hasLost ? LOST : undefined);
    } catch (error) {
      // What is known to be lost stays so.
      if (isFirst) this.guard.suspect(undefined);
      throw error;
    }
  }

  private reportOnce(error: unknown): void {
    const failure = error instanceof Error ? error.message : String(error);
    if (failure === this.failure) return;
    this.failure = failure;
    this.logger.warn(
      { err: error },
      'the event store could not be compared with Kafka; trying again: check both if this goes on',
    );
  }
}
