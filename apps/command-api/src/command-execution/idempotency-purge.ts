import { EventStore } from '@eventfleet/event-store';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { COMMAND_AGGREGATES } from '../app-context.module.js';
import type { CommandAggregate } from '../command-aggregate.js';
import { EventStorePools } from '../event-store/event-store-pools.js';
import { idempotencyScopes, type IdempotencyScope } from './idempotency-scopes.js';

const PURGE_EVERY_MS = 10 * 60_000;
const PURGE_LIMIT = 5_000;

/** Deletes the answers to idempotency keys that are kept for long enough. */
@Injectable()
export class IdempotencyPurge implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly scopes: readonly IdempotencyScope[];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(COMMAND_AGGREGATES) aggregates: readonly CommandAggregate[],
    private readonly pools: EventStorePools,
  ) {
    this.scopes = idempotencyScopes(aggregates);
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.purge(), PURGE_EVERY_MS);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** If the store does not answer now, the next turn tries again. */
  private async purge(): Promise<void> {
    for (const { scope, keptHours: olderThanHours } of this.scopes) {
      let purged = PURGE_LIMIT;
      while (purged === PURGE_LIMIT) {
        const batch = { scope, olderThanHours, limit: PURGE_LIMIT };
        purged = await new EventStore(this.pools.shared).purgeIdempotencyAnswers(batch).catch(() => 0);
      }
    }
  }
}
