import { nothingStored, readStoredPage, type StoredPage } from './stored-rows.js';
import { compareAggregate, isApplied } from './compare-aggregate.js';
import { completeStreams } from './complete-streams.js';
import { expectedRows, type AppliedStream } from './expected-rows.js';
import {
  hasHandled,
  partitionOfAggregate,
  type VerificationContext,
  type VerificationMode,
} from './verification-context.js';
import type { PublishedMark } from './verification-source.js';
import { verifyAggregate, type FoundDifference } from './verify-aggregate.js';
import { LONGEST_STREAM } from '../record-verification/refold-aggregate.js';

export interface VerifiedPage {
  /** The last aggregate that was looked at; undefined if there was none. */
  readonly lastKey: string | undefined;
  readonly isLast: boolean;
  readonly checked: number;
  readonly differences: readonly FoundDifference[];
  /** Aggregates whose events cannot be folded. */
  readonly unverifiable: readonly string[];
}

/**
 * Compares the next aggregates, by id, with the event store: those of the store, and those that only the read model has.
 * The first look locks nothing. Whoever differs there is looked at again under the locks of the live projection, and only
 * that counts: the live projection may have been at work between the two reads.
 */
export async function verifyPage(
  context: VerificationContext,
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
  mode: VerificationMode,
): Promise<VerifiedPage> {
  const { source, projection } = context;
  const { aggregateType } = projection;
  const fromStore = await source.listAggregates({ aggregateType, after, limit });
  const page = await readStoredPage(context, fromStore, { after, limit });
  const most = LONGEST_STREAM + 1;
  const events = await source.readEventsOf({ aggregateType, aggregateIds: page.keys, limit: most });
  const { keys, isLast, streams, tooLong } = completeStreams(page, events, most);
  const aggregates = keys
    .filter((key) => key !== tooLong)
    .map((key) => ({
      stored: page.aggregates.get(key) ?? nothingStored(key),
      stream: streams.get(key) ?? [],
    }));
  const { suspects, unverifiable } = await firstLook(context, page, aggregates, mode.mark);
  const differences: FoundDifference[] = [];
  for (const aggregateId of suspects) {
    const verdict = await verifyAggregate(context, aggregateId, mode);
    if (verdict.kind === 'different') differences.push(verdict);
    if (verdict.kind === 'unverifiable') unverifiable.push(aggregateId);
  }
  if (tooLong !== undefined) unverifiable.push(tooLong);
  return { lastKey: keys.at(-1), isLast, checked: keys.length, differences, unverifiable };
}

async function firstLook(
  context: VerificationContext,
  { checkpoints }: StoredPage,
  aggregates: readonly AppliedStream[],
  mark: PublishedMark | undefined,
): Promise<{ suspects: readonly string[]; unverifiable: string[] }> {
  const suspects: string[] = [];
  const unverifiable: string[] = [];
  const applied = aggregates.filter(({ stored, stream }) => isApplied(stored, stream));
  const expected = await expectedRows(context, context.pool, applied);
  const behind: AppliedStream[] = [];
  for (const aggregate of aggregates) {
    const { stored, stream } = aggregate;
    const { aggregateId } = stored;
    if (!isApplied(stored, stream)) {
      suspects.push(aggregateId);
      continue;
    }
    const found = expected.get(aggregateId);
    if (!found) unverifiable.push(aggregateId);
    else if (compareAggregate(context.projection, stored, stream, found.row)) suspects.push(aggregateId);
    else behind.push(aggregate);
  }
  if (mark) {
    const next = behind.flatMap(({ stored, stream }) => {
      const partition = partitionOfAggregate(context, stored.aggregateId);
      if (stored.isParked || !hasHandled(checkpoints.get(partition), mark, partition)) return [];
      return stream.find(({ version }) => version > stored.version) ?? [];
    });
    const published = next.length > 0 ? await context.source.findPublished(next, mark) : [];
    suspects.push(...published.map(({ aggregateId }) => aggregateId));
  }
  return { suspects, unverifiable };
}
