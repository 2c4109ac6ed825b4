import type { ConsistencyToken } from '@eventfleet/contracts';
import { appliedVersions, BEHIND, PARKED, type NotReflected } from '@eventfleet/read-models/queries';
import { ProblemError } from '@eventfleet/http';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { queryError } from '../query-api.problems.js';
import { isTransient } from '@eventfleet/resilience';
import { ReadStore } from '../read-store/read-store.js';
import type { ConsistencyDemand } from './consistency-demand.js';
import { consistencyWait, consistencyWaiting } from './consistency.metrics.js';
import { VersionWatch } from './version-watch.js';

const MAX_WAITING = 1_000;

/** Runs queries so that clients read their own writes. */
@Injectable()
export class ConsistentReader implements OnModuleDestroy {
  private readonly watches = new Map<string, VersionWatch>();

  constructor(private readonly store: ReadStore) {}

  /**
   * The answer of `query`, which checks the demand's token against `projection` in its own snapshot, and is run
   * again when the projection has caught up.
   * @throws ProblemError `projection-behind` when it does not in time, or at once where it cannot because an event is
   * parked; `overloaded` when a thousand requests wait already, for their commands or for a connection;
   * `read-store-unavailable` when the store is
   */
  async read<T>(
    projection: string,
    demand: ConsistencyDemand | undefined,
    query: (store: ReadStore, token: ConsistencyToken | undefined) => Promise<T | NotReflected>,
  ): Promise<T> {
    if (this.store.isCrowded) throw queryError('overloaded', 'Too many requests wait for the read store');
    try {
      const answer = await this.store.ask((store) => query(store, demand?.token));
      if (answer === PARKED) throw parkedError();
      if (answer !== BEHIND) return answer;
      if (demand) return await this.readLater(projection, demand, query);
    } catch (error) {
      throw isTransient(error) ? queryError('read-store-unavailable', 'Try again later', error) : error;
    }
    throw new Error('a query without a token cannot be behind');
  }

  onModuleDestroy(): void {
    for (const watch of this.watches.values()) watch.stop();
  }

  private async readLater<T>(
    projection: string,
    { token, waitMs, abandoned }: ConsistencyDemand,
    query: (store: ReadStore, token: ConsistencyToken | undefined) => Promise<T | NotReflected>,
  ): Promise<T> {
    const watch = this.watchOf(projection);
    if (watch.size >= MAX_WAITING)
      throw queryError('overloaded', 'Too many requests wait for their commands');
    const endWait = consistencyWait.startTimer({ projection });
    const deadline = Date.now() + waitMs;
    consistencyWaiting.inc({ projection });
    try {
      while (await watch.until(token, deadline, abandoned)) {
        const answer = await this.store.ask((store) => query(store, token));
        if (answer === BEHIND) continue;
        if (answer === PARKED) {
          endWait({ outcome: 'parked' });
          throw parkedError();
        }
        endWait({ outcome: 'reflected' });
        return answer;
      }
    } finally {
      consistencyWaiting.dec({ projection });
    }
    endWait({ outcome: 'behind' });
    throw queryError('projection-behind', `The command was not reflected within ${waitMs / 1_000} s`);
  }

  private watchOf(projection: string): VersionWatch {
    const known = this.watches.get(projection);
    if (known) return known;
    const watch = new VersionWatch((ids) =>
      this.store.ask(({ pool }) => appliedVersions(pool, projection, ids)),
    );
    this.watches.set(projection, watch);
    return watch;
  }
}

function parkedError(): ProblemError {
  const detail = 'The command cannot be reflected before an operator has acted on an event of this user';
  return new ProblemError('projection-behind', detail, { reason: 'parked' });
}
