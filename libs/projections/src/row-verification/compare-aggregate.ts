import type { RecordedEvent } from '@eventfleet/contracts';
import type { FoldingProjection } from '../projection.js';
import type { RowTexts } from './row-texts.js';

/** What a projection has stored of an aggregate. */
export interface StoredAggregate {
  readonly aggregateId: string;
  /** Of the last applied event; 0 if none was applied. */
  readonly version: number;
  /** Null if none was applied, or an earlier release has applied it, which did not keep ids. */
  readonly eventId: string | null;
  readonly contribution: string;
  readonly isParked: boolean;
  /** In the projection's table with a row an aggregate. */
  readonly row: RowTexts | undefined;
}

export type DifferenceKind =
  /** The row is there, with other values than the events say. */
  | 'changed-row'
  | 'missing-row'
  /** The events say that there is no row: the aggregate was deleted, or never created. */
  | 'unexpected-row'
  /** The last applied event is not in the event store. */
  | 'other-event'
  /** What the aggregate has added to the counters is not what its events add. */
  | 'other-contribution'
  /** An event has passed through Kafka, and has not been applied. */
  | 'not-applied'
  /** A counter is not the sum of what the aggregates have added. */
  | 'counter';

/** A difference between a read model and the event store, without data. */
export interface Difference {
  readonly aggregateId: string;
  readonly kind: DifferenceKind;
  /** The columns that differ, of a changed row. */
  readonly columns: readonly string[];
  /** Up to where the stream has to be folded to mend it; undefined for all of it. */
  readonly toVersion?: number;
}

/** Whether the last applied event is this one of the store. One of an earlier release counts by its version. */
export function isApplied({ version, eventId }: StoredAggregate, stream: readonly RecordedEvent[]): boolean {
  if (version === 0) return true;
  const event = appliedOf(stream, version).at(-1);
  return event?.version === version && (eventId === null || event.eventId === eventId);
}

export function appliedOf(stream: readonly RecordedEvent[], version: number): readonly RecordedEvent[] {
  return stream.filter((event) => event.version <= version);
}

/**
 * Compares what is stored of an aggregate with what its applied events come to.
 * @param expected the row that they come to
 * @returns undefined if there is no difference
 */
export function compareAggregate(
  projection: FoldingProjection,
  stored: StoredAggregate,
  stream: readonly RecordedEvent[],
  expected: RowTexts | undefined,
): Difference | undefined {
  const { aggregateId, version, eventId, isParked, row } = stored;
  // If nothing is said to be applied, the version may have been lost: the whole stream says what is right.
  const isAtVersion = version > 0 || isParked;
  const difference = (kind: DifferenceKind, columns: readonly string[] = []): Difference => ({
    aggregateId,
    kind,
    columns,
    ...(isAtVersion && { toVersion: version }),
  });
  if (row && expected) {
    const columns = projection.copied?.columns.filter((_, index) => row[index] !== expected[index]) ?? [];
    if (columns.length > 0) return difference('changed-row', columns);
  }
  if (!row && expected) return difference('missing-row');
  if (row && !expected) return difference('unexpected-row');
  const isComplete = version === 0 || eventId !== null;
  const { contributionOf } = projection;
  if (!contributionOf || !isComplete) return undefined;
  const contribution = appliedOf(stream, version).map(contributionOf).join('');
  return contribution === stored.contribution ? undefined : difference('other-contribution');
}
