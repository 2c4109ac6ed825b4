import type { RecordedEvent } from '@eventfleet/contracts';
import { EventStore, type PersonalData } from '@eventfleet/event-store';
import type { Kafka } from '@eventfleet/kafka';
import { withTransaction } from '@eventfleet/postgres';
import type pg from 'pg';
import type { Logger } from 'pino';
import {
  ClaimTaken,
  eraseAgain,
  exchangeClaims,
  fold,
  insertPublishedEvents,
  type AnyDecider,
} from './adopt-events.js';
import {
  closeConflict,
  ErasurePublished,
  readConflicts,
  requireKeepable,
  unmarkConflict,
  type Conflict,
  type ConflictMark,
} from './conflicts.js';
import { publishNotices } from './notices.js';
import { beginGeneration, lockStoreHistory } from './store-history.js';

export interface ConflictResolverOptions {
  readonly pool: pg.Pool;
  readonly kafka: Kafka;
  readonly topicPrefix: string;
  readonly deciders: readonly AnyDecider[];
  /** Undefined if nothing is encrypted. */
  readonly personalData?: PersonalData | undefined;
  /** Of the connections on which commands are decided. */
  readonly applicationName: string;
  readonly logger: Logger;
}

/** Does what operators have decided on conflicts. Any copy may: each conflict is resolved in one transaction of one. */
export class ConflictResolver {
  constructor(private readonly options: ConflictResolverOptions) {}

  async resolveMarked(): Promise<void> {
    const { pool } = this.options;
    for (const conflict of await readConflicts(pool)) {
      if (conflict.mark === undefined) continue;
      try {
        await this.resolve(conflict, conflict.mark);
      } catch (error) {
        if (error instanceof ErasurePublished) {
          await unmarkConflict(pool, conflict, conflict.published[0]!.reason);
          this.options.logger.error(
            { err: error, aggregateId: conflict.aggregateId },
            'the events of the store cannot be kept because the published ones erase the aggregate, nothing was changed: run fleet history show, then adopt',
          );
          continue;
        }
        if (!(error instanceof ClaimTaken || error instanceof EventsMissing)) throw error;
        const reason = error instanceof ClaimTaken ? 'claim-taken' : 'version-gap';
        await unmarkConflict(pool, conflict, reason);
        this.options.logger.error(
          { aggregateId: conflict.aggregateId, reason },
          'the published events of an aggregate cannot be adopted, nothing was changed: run fleet history show',
        );
      }
    }
  }

  private async resolve(conflict: Conflict, mark: ConflictMark): Promise<void> {
    const { pool, kafka, topicPrefix, logger } = this.options;
    const { aggregateType, aggregateId, published } = conflict;
    if (mark === 'keep') requireKeepable([conflict]);
    const versions = published.map(({ event }) => event.version);
    // Before it is done: a notice too many does no harm, one too few would.
    const change = mark === 'keep' ? 'kept' : 'replaced';
    await publishNotices(kafka, topicPrefix, [{ aggregateType, aggregateId, change, versions }]);
    // The store's events are the true ones: read models follow the store already.
    if (mark === 'keep') await withTransaction(pool, (client) => closeConflict(client, conflict, 'kept'));
    else await this.adopt(conflict);
    logger.warn({ aggregateId, change, versions }, 'a conflict of the history was resolved');
  }

  /**
   * The published events are the true ones. They replace the store's events of their versions and all later ones, which
   * are kept in `history_replaced`. The relay publishes them again, and read models follow. Nothing is decided meanwhile:
   * the connections of commands are ended, so that no process goes on with a state that it has in memory.
   * @throws ClaimTaken if another aggregate holds what the published events claim, EventsMissing; nothing has changed then
   */
  private async adopt({ aggregateType, aggregateId }: Conflict): Promise<void> {
    const { pool, deciders, applicationName, personalData } = this.options;
    const decider = deciders.find(({ catalog }) => catalog.aggregateType === aggregateType);
    if (!decider) throw new Error(`no aggregate ${aggregateType} is known here`);
    await withTransaction(pool, async (client) => {
      await lockStoreHistory(client);
      await client.query('select lock_events()');
      const [conflict] = await readConflicts(client, { aggregateId });
      if (!conflict) return;
      // On another connection: nobody writes events now.
      const stored = await new EventStore(pool).readStream({ aggregateType, aggregateId });
      const published = conflict.published.map(({ event }) => event);
      const first = published[0]!.version;
      const [before, replaced] = splitAt(stored, first);
      assertWhole([...before, ...published]);
      const base = await fold(decider, decider.initialState, before, personalData);
      const key = [aggregateType, aggregateId];
      await client.query('select set_events_aside($1, $2, $3)', [...key, first]);
      await client.query(`delete from snapshots where aggregate_type = $1 and aggregate_id = $2`, key);
      await client.query(`delete from snapshot_history where aggregate_type = $1 and aggregate_id = $2`, key);
      const was = decider.claims(await fold(decider, base, replaced, personalData));
      const is = decider.claims(await fold(decider, base, published, personalData));
      await exchangeClaims(client, aggregateId, was, is, personalData);
      await client.query(await insertPublishedEvents(client, published));
      await eraseAgain(client, decider, published);
      await closeConflict(client, conflict, 'adopted');
      await beginGeneration(client);
      await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = $1 and datname = current_database() and pid <> pg_backend_pid()`,
        [applicationName],
      );
    });
  }
}

/** The versions of an aggregate would have a gap. */
class EventsMissing extends Error {}

function splitAt(
  events: readonly RecordedEvent[],
  version: number,
): readonly [before: readonly RecordedEvent[], from: readonly RecordedEvent[]] {
  return [
    events.filter((event) => event.version < version),
    events.filter((event) => event.version >= version),
  ];
}

/** @throws EventsMissing */
function assertWhole(events: readonly RecordedEvent[]): void {
  if (!events.every(({ version }, index) => version === index + 1)) throw new EventsMissing();
}
