import { isNativeError } from 'node:util/types';
import type pg from 'pg';
import type { DomainEvent, EventCatalog, EventEnvelope, RecordedEvent } from '@eventfleet/contracts';
import type { CopyRow, Statement } from '@eventfleet/postgres';
import { ProjectionError } from './projection.errors.js';

/**
 * A read model as pure functions: events in, what to write out. Events of one user come in version order, each
 * exactly once; events of different users in any order, and different partitions at the same time.
 */
export interface Projection<Event extends DomainEvent, Changes> {
  /** Names its checkpoint and its consumer group: another name is another projection, which starts at the beginning. */
  readonly name: string;
  readonly catalog: EventCatalog<Event>;
  /** Folds a run of events of one partition into their net effect. */
  project(events: readonly EventEnvelope<Event>[], partition: number): Changes;
  /**
   * The net effects of runs of different partitions as set-based statements, one a table and kind of change. They run
   * in one transaction.
   */
  statements(...changes: readonly Changes[]): Statement[];
  /** Takes back all that an aggregate's events have brought in, so that its stream can be folded anew. */
  forget(aggregate: AppliedAggregate): Changes;
  /** The counters that contributions add to: they are compared with the sum of all contributions. */
  readonly counters?: Counters;
  /**
   * What an event adds to counters, in this projection's own words; '' for nothing. The contributions of an aggregate
   * are stored one behind the other. A projection without counters leaves this out.
   */
  readonly contributionOf?: (event: RecordedEvent) => string;
  /** Every table that its statements write. Nothing else writes them: a rebuild makes them anew beside the live ones. */
  readonly tables: readonly string[];
  /** The table with a row an aggregate, which a rebuild fills by COPY. Without it a rebuild runs the statements. */
  readonly copied?: CopiedTable<Changes>;
}

/** Counters that a projection keeps for each partition. */
export interface Counters {
  /** Reads all of them: `partition` (integer), `counter` (text, its name), `value` (bigint). */
  readonly read: Statement;
  /** What a contribution has added, by the counter's name. */
  addedBy(contribution: string): ReadonlyMap<string, number>;
  /** Adds to the counters of a partition, by their names. */
  add(partition: number, changes: ReadonlyMap<string, number>): Statement[];
}

/** How new rows get into a table without a statement. */
export interface CopiedTable<Changes> {
  /** One of the projection's tables. */
  readonly name: string;
  /** The first one is the aggregate's id. */
  readonly columns: readonly string[];
  /** The rows that the changes add to the table, and the changes without them. */
  split(changes: Changes): { readonly rows: readonly CopyRow[]; readonly rest: Changes };
}

/** An aggregate of which events were applied. */
export interface AppliedAggregate {
  readonly aggregateId: string;
  /** The partition that its events came through. */
  readonly partition: number;
  /** The contributions of its events. */
  readonly contribution: string;
}

interface Subscription {
  /** Names the checkpoints and the consumer group. */
  readonly name: string;
  readonly topic: string;
}

/** What whole histories come to. */
export interface FoldedHistories {
  /** Of the copied table. */
  readonly rows: readonly CopyRow[];
  /** All that is not in the rows. */
  readonly statements: readonly Statement[];
}

/** Events of one partition, in its order. */
export interface EventRun {
  readonly partition: number;
  readonly events: readonly RecordedEvent[];
}

/** Events in, statements out: it does not read the store. */
export interface FoldingProjection extends Subscription {
  /** The type of the aggregates whose events it folds. */
  readonly aggregateType: string;
  readonly tables: readonly string[];
  readonly copied?: Pick<CopiedTable<unknown>, 'name' | 'columns'>;
  /**
   * Folds aggregates of one partition, each from its first event on.
   * @throws as `prepare` does
   */
  foldHistories(events: readonly RecordedEvent[], partition: number): FoldedHistories;
  /**
   * @param runs each of another partition
   * @throws ContractError for an event that does not fit its contract, ProjectionError `projection-failed` for a bug
   */
  prepare(...runs: readonly EventRun[]): Statement[];
  forget(aggregate: AppliedAggregate): Statement[];
  readonly counters?: Counters;
  readonly contributionOf?: (event: RecordedEvent) => string;
}

/** What it writes depends on what is stored. */
export interface ReadingProjection extends Subscription {
  /**
   * Reads first, within the transaction that the statements are for, and locks what must not change until then.
   * @throws ContractError for an event that does not fit its contract, ProjectionError `projection-failed` for a bug
   */
  readAndPrepare(
    client: pg.ClientBase,
    events: readonly RecordedEvent[],
    partition: number,
  ): Promise<Statement[]>;
}

/** A projection as the runtime sees it, whatever its events and changes. */
export type RunnableProjection = FoldingProjection | ReadingProjection;

export function isReading(projection: RunnableProjection): projection is ReadingProjection {
  return 'readAndPrepare' in projection;
}

export function runnable<Event extends DomainEvent, Changes>(
  projection: Projection<Event, Changes>,
): FoldingProjection {
  const { name, catalog, contributionOf, counters, tables, copied } = projection;
  return {
    name,
    topic: catalog.topic,
    aggregateType: catalog.aggregateType,
    tables,
    ...(copied && { copied }),
    ...(contributionOf && { contributionOf }),
    ...(counters && { counters }),
    forget: (aggregate) =>
      wrapProjectionFailure(name, () => projection.statements(projection.forget(aggregate))),
    prepare(...runs) {
      const parsed = runs.map(({ events, partition }) => ({
        events: events.map((event) => catalog.parse(event)),
        partition,
      }));
      return wrapProjectionFailure(name, () =>
        projection.statements(
          ...parsed.map(({ events, partition }) => projection.project(events, partition)),
        ),
      );
    },
    foldHistories(events, partition) {
      const parsed = events.map((event) => catalog.parse(event));
      return wrapProjectionFailure(name, () => {
        const changes = projection.project(parsed, partition);
        const { rows, rest } = copied?.split(changes) ?? { rows: [], rest: changes };
        return { rows, statements: projection.statements(rest) };
      });
    },
  };
}

/**
 * Runs a pure function of a projection.
 * @throws ProjectionError `projection-failed` for whatever it throws, without a word of the event's data
 */
export function wrapProjectionFailure<T>(projection: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new ProjectionError('projection-failed', projection, nameAndPlace(error));
  }
}

/** What was thrown and where, without its text: that may quote the event. */
function nameAndPlace(error: unknown): string {
  if (!isNativeError(error)) return `a ${typeof error} was thrown`;
  const frame = /^\s+at .*?([^/\\\s(]+:\d+):\d+\)?$/m.exec(error.stack ?? '')?.[1];
  return frame === undefined ? error.name : `${error.name} at ${frame}`;
}
