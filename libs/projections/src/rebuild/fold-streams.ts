import { partitionOf } from '@eventfleet/kafka';
import type { CopyRow, Statement } from '@eventfleet/postgres';
import { isPermanent } from '../parking/is-permanent.js';
import type { FoldingProjection } from '../projection.js';
import type { Stream } from './streams.js';

/** What whole streams come to, as rows to copy and statements to run. */
export interface FoldedStreams {
  readonly rows: readonly CopyRow[];
  /** For `VERSION_COLUMNS`. */
  readonly versions: readonly CopyRow[];
  readonly statements: readonly Statement[];
  /** Aggregates whose events cannot all be folded: they are applied event by event, later. */
  readonly deferred: readonly string[];
}

export const VERSION_COLUMNS = 'projection, aggregate_id, version, event_id, contribution';

/**
 * Folds streams, those of a partition together. Only if that fails, each alone, to find the ones at fault.
 * @param partitions how many the topic has
 */
export function foldStreams(
  projection: FoldingProjection,
  streams: readonly Stream[],
  partitions: number,
): FoldedStreams {
  const deferred: string[] = [];
  const rows: CopyRow[] = [];
  const statements: Statement[] = [];
  const versions: CopyRow[] = [];
  for (const [partition, own] of byPartition(streams, partitions, deferred)) {
    const { foldable, folded } = foldPartition(projection, own, partition, deferred);
    for (const row of folded.rows) rows.push(row);
    for (const statement of folded.statements) statements.push(statement);
    for (const stream of foldable) versions.push(versionRow(projection, stream));
  }
  return { rows, versions, statements, deferred };
}

function byPartition(
  streams: readonly Stream[],
  partitions: number,
  deferred: string[],
): Map<number, Stream[]> {
  const found = new Map<number, Stream[]>();
  for (const stream of streams) {
    const id = idOf(stream);
    if (!stream.every(({ version }, index) => version === index + 1)) {
      deferred.push(id);
      continue;
    }
    const partition = partitionOf(id, partitions);
    const own = found.get(partition);
    if (own) own.push(stream);
    else found.set(partition, [stream]);
  }
  return found;
}

function foldPartition(
  projection: FoldingProjection,
  streams: readonly Stream[],
  partition: number,
  deferred: string[],
) {
  const whole = tryToFold(projection, streams, partition);
  if (whole) return { foldable: streams, folded: whole };
  const { foldable = [], failing = [] } = Object.groupBy(streams, (stream) =>
    tryToFold(projection, [stream], partition) ? 'foldable' : 'failing',
  );
  deferred.push(...failing.map(idOf));
  const folded = tryToFold(projection, foldable, partition);
  if (folded) return { foldable, folded };
  deferred.push(...foldable.map(idOf));
  return { foldable: [], folded: { rows: [], statements: [] } };
}

function idOf(stream: Stream): string {
  return stream[0]!.aggregateId;
}

/** Undefined if an event, or the projection, is at fault. */
function tryToFold(projection: FoldingProjection, streams: readonly Stream[], partition: number) {
  try {
    return projection.foldHistories(streams.flat(), partition);
  } catch (error) {
    if (!isPermanent(error)) throw error;
    return undefined;
  }
}

function versionRow({ name, contributionOf }: FoldingProjection, stream: Stream): CopyRow {
  const { aggregateId, version, eventId } = stream.at(-1)!;
  const contribution = contributionOf ? stream.map((event) => contributionOf(event)).join('') : '';
  return [name, aggregateId, version, eventId, contribution];
}
