import type { AggregateVersion } from '@eventfleet/contracts';
import { ProblemError, validationError } from '@eventfleet/http';
import { appliedVersions, BEHIND, PARKED, type NotReflected } from '@eventfleet/read-models/queries';
import { isTransient } from '@eventfleet/resilience';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { queryError } from '../query-api.problems.js';
import { ReadStore } from '../read-store/read-store.js';
import type { ConsistencyRequirement } from './consistency-requirement.js';
import { consistencyWait, consistencyWaiting } from './consistency.metrics.js';
import { VersionWatch } from './version-watch.js';

/** A projection, as far as a query of its tables must know it. */
export interface QueriedProjection {
  readonly name: string;
  readonly catalog: { readonly aggregateType: string };
}

type ConsistentQuery<T> = (
  store: ReadStore,
  wanted: AggregateVersion | undefined,
) => Promise<T | NotReflected>;

const MAX_WAITING = 1_000;

/** Runs queries so that clients read their own writes. */
@Injectable()
export class ConsistentReader implements OnModuleDestroy {
  private readonly watches = new Map<string, VersionWatch>();

  constructor(private readonly store: ReadStore) {}

  /**
   * The answer of `query`. The query checks the version that the client wants against the projection, in its own
   * snapshot. It is run again when the projection has caught up.
   * @throws ProblemError `projection-behind` when it does not in time, or at once if it cannot because an event is
   * parked; `validation-failed` for a token of another aggregate type; `overloaded` when a thousand requests wait
   * already, for their commands or for a connection; `read-store-unavailable` when the store is
   */
  async read<T>(
    { name, catalog }: QueriedProjection,
    consistency: ConsistencyRequirement | undefined,
    query: ConsistentQuery<T>,
  ): Promise<T> {
    if (this.store.isCrowded) throw queryError('overloaded', 'Too many requests wait for the read store');
    if (consistency && consistency.token.aggregateType !== catalog.aggregateType)
      throw validationError([
        {
          path: 'Consistency-Token',
          message: `must be a token that a command to a ${catalog.aggregateType} returned`,
        },
      ]);
    try {
      const answer = await this.store.ask((store) => query(store, consistency?.token));
      if (answer === PARKED) throw parkedError(catalog.aggregateType);
      if (answer !== BEHIND) return answer;
      if (consistency) return await this.readLater(name, consistency, query);
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
    { token, waitMs, abandoned }: ConsistencyRequirement,
    query: ConsistentQuery<T>,
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
          throw parkedError(token.aggregateType);
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

function parkedError(aggregateType: string): ProblemError {
  const detail = `The command cannot be reflected before an operator has acted on an event of this ${aggregateType}`;
  return new ProblemError('projection-behind', detail, { reason: 'parked' });
}
