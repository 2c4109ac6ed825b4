import { pipeline, withArrayTexts } from '@eventfleet/postgres';
import type pg from 'pg';
import type { EventSource } from '../event-source.js';
import type { FoldingProjection } from '../projection.js';
import { contributionsOf } from '../runtime/contributions.js';
import {
  forgetVersion,
  lockContribution,
  replaceVersion,
  type AppliedEvent,
  type ContributionRow,
} from '../runtime/projection-statements.js';

/** A longer stream is not folded: the transaction holds up its partition, and its events are in memory. */
export const LONGEST_STREAM = 10_000;

export interface AggregateToRefold {
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly partition: number;
  /** Up to which version; by default to the end. */
  readonly toVersion?: number | undefined;
}

/**
 * Takes back all that a projection shows of an aggregate, and folds its stream from the event store. Belongs to the
 * client's transaction, which has to hold the checkpoint of the aggregate's partition.
 * @returns the last event of the stream; version 0 if the store has no event of the aggregate
 * @throws whatever the projection or the database throws, and an Error if the stream is too long; the caller needs a
 *   savepoint then
 */
export async function refoldAggregate(
  client: pg.ClientBase,
  projection: FoldingProjection,
  source: EventSource,
  { aggregateType, aggregateId, partition, toVersion = LONGEST_STREAM + 1 }: AggregateToRefold,
): Promise<AppliedEvent> {
  const { name } = projection;
  // The lock first: what is read of the store afterwards is at least as new as the rows.
  const stored = await client.query<ContributionRow>(lockContribution(name, aggregateId));
  const { contribution = '' } = stored.rows[0] ?? {};
  const events = await source.readStream({ aggregateType, aggregateId }, { toVersion });
  if (events.length > LONGEST_STREAM) throw new RangeError(`more than ${LONGEST_STREAM} events`);
  const { version, eventId } = events.at(-1) ?? { version: 0, eventId: null };
  const statements = [
    ...projection.forget({ aggregateId, partition, contribution }),
    ...(events.length > 0 ? projection.prepare({ events, partition }) : []),
    replaceVersion(name, aggregateId, { version, eventId }, contributionsOf(projection, events)),
    ...(version === 0 ? [forgetVersion(name, aggregateId)] : []),
  ];
  await pipeline(client, statements.map(withArrayTexts));
  return { version, eventId };
}
