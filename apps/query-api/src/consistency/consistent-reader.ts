import type { AggregateVersion } from '@eventfleet/contracts';
import { isUnreadable } from '@eventfleet/event-store';
import { ProblemError } from '@eventfleet/http';
import { BEHIND, PARKED, type NotReflected } from '@eventfleet/read-models/queries';
import { isTransient } from '@eventfleet/resilience';
import type { OnModuleDestroy } from '@nestjs/common';
import { queryError } from '../query-api.problems.js';
import { invalidToken, type ConsistencyRequirement } from './consistency-requirement.js';
import type { IssuedTokens } from './issued-tokens.js';
import type { QueriedProjection, QueriedStore } from './queried-store.js';
import { consistencyWait, consistencyWaiting } from './consistency.metrics.js';
import { VersionWatch } from './version-watch.js';
import { WaitSlots } from './wait-slots.js';

type ConsistentQuery<Store, T> = (
  store: Store,
  wanted: AggregateVersion | undefined,
) => Promise<T | NotReflected>;

/** Most commands are reflected by then; only the token of another one is checked, and takes a place to wait in. */
const SOON_MS = 50;
const MAX_WAITING = 5_000;

/**
 * Runs queries of one store so that clients read their own writes. If the projection is behind the client's token, the query
 * is run again whenever the projection has moved: for 50 ms at once, and from then on in a bounded number of places, once
 * it is known that a command returned the token.
 */
export abstract class ConsistentReader<Store extends QueriedStore> implements OnModuleDestroy {
  private readonly watches = new Map<string, VersionWatch>();
  private readonly slots = new WaitSlots();

  constructor(
    private readonly store: Store,
    private readonly tokens: IssuedTokens,
  ) {}

  /**
   * The answer of `query`. The query checks the version that the client wants against the projection, in its own
   * snapshot. It is run again when the projection has caught up.
   * @throws ProblemError `projection-behind` when it does not in time, or at once if it cannot because an event is
   * parked; `validation-failed` for a token of another aggregate type, or one that no command returned; `overloaded` when
   * too many requests wait already, for their commands or for a connection; `personal-data-locked`; `unavailable` of
   * the store when it is
   */
  async read<T>(
    projection: QueriedProjection,
    consistency: ConsistencyRequirement | undefined,
    query: ConsistentQuery<Store, T>,
  ): Promise<T> {
    if (this.store.isCrowded) throw queryError('overloaded', 'Too many requests wait for the store');
    const { catalog } = projection;
    if (consistency && consistency.token.aggregateType !== catalog.aggregateType)
      throw invalidToken(`must be a token that a command to a ${catalog.aggregateType} returned`);
    try {
      const answer = await this.store.ask((store) => query(store, consistency?.token));
      if (answer === PARKED) throw parkedError(catalog.aggregateType);
      if (answer !== BEHIND) return answer;
      if (consistency) return await this.readLater(projection, consistency, query);
    } catch (error) {
      if (isUnreadable(error))
        throw queryError(
          'personal-data-locked',
          'The key of this personal data is lacking or damaged',
          error,
        );
      throw isTransient(error) ? queryError(this.store.unavailable, 'Try again later', error) : error;
    }
    throw new Error('a query without a token cannot be behind');
  }

  onModuleDestroy(): void {
    for (const watch of this.watches.values()) watch.stop();
  }

  private async readLater<T>(
    queried: QueriedProjection,
    consistency: ConsistencyRequirement,
    query: ConsistentQuery<Store, T>,
  ): Promise<T> {
    const { token, waitMs, client } = consistency;
    const { name: projection } = queried;
    const watch = this.watchOf(queried);
    if (watch.size >= MAX_WAITING) throw tooManyWait();
    const endWait = consistencyWait.startTimer({ projection });
    const deadline = Date.now() + waitMs;
    const soon = Math.min(deadline, Date.now() + SOON_MS);
    consistencyWaiting.inc({ projection });
    let giveBack: (() => void) | undefined;
    try {
      let answer = await this.readUntil(soon, watch, consistency, query);
      if (answer === BEHIND && !consistency.abandoned()) {
        if ((await this.tokens.wasIssued(token)) === false) throw invalidToken();
        giveBack = this.slots.take({ client, aggregateId: token.aggregateId, waitMs });
        if (!giveBack) throw tooManyWait();
        answer = await this.readUntil(deadline, watch, consistency, query);
      }
      if (answer === BEHIND) {
        endWait({ outcome: 'behind' });
        throw queryError('projection-behind', `The command was not reflected within ${waitMs / 1_000} s`);
      }
      if (answer === PARKED) {
        endWait({ outcome: 'parked' });
        throw parkedError(token.aggregateType);
      }
      endWait({ outcome: 'reflected' });
      return answer;
    } finally {
      giveBack?.();
      consistencyWaiting.dec({ projection });
    }
  }

  /** BEHIND at the deadline, or once the client has gone. */
  private async readUntil<T>(
    deadline: number,
    watch: VersionWatch,
    { token, abandoned }: ConsistencyRequirement,
    query: ConsistentQuery<Store, T>,
  ): Promise<T | NotReflected> {
    while (await watch.until(token, deadline, abandoned)) {
      const answer = await this.store.ask((store) => query(store, token));
      if (answer !== BEHIND) return answer;
    }
    return BEHIND;
  }

  private watchOf(projection: QueriedProjection): VersionWatch {
    const key = `${projection.name} ${projection.catalog.aggregateType}`;
    const known = this.watches.get(key);
    if (known) return known;
    const watch = new VersionWatch((ids) =>
      this.store.ask((store) => store.appliedVersions(projection, ids)),
    );
    this.watches.set(key, watch);
    return watch;
  }
}

function tooManyWait(): ProblemError {
  return queryError('overloaded', 'Too many requests wait for their commands');
}

function parkedError(aggregateType: string): ProblemError {
  const detail = `The command cannot be reflected before an operator has acted on an event of this ${aggregateType}`;
  return new ProblemError('projection-behind', detail, { reason: 'parked' });
}
