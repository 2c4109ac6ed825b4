import type { RecordedEvent } from '@eventfleet/contracts';
import { withArrayTexts } from '@eventfleet/postgres';
import type pg from 'pg';
import { ChainVerifier, type BrokenChain } from '../chain/chain-verifier.js';
import { EVENT_COLUMNS, toRecordedEvent, type EventRow } from './event-row.js';

export interface EventsOfQuery {
  readonly aggregateType: string;
  readonly aggregateIds: readonly string[];
  /** At most so many events: the last stream may be cut off then, and others left out. */
  readonly limit: number;
}

/**
 * The events of many streams, by aggregate id and version, as they are at one moment of the database.
 * @param onBroken called for each stream that is not as it was appended; absent: nobody looks
 */
export async function readEventsOf(
  pool: pg.Pool,
  { aggregateType, aggregateIds, limit }: EventsOfQuery,
  onBroken?: (broken: BrokenChain) => void,
): Promise<RecordedEvent[]> {
  const result = await pool.query<EventRow & { readonly hash: string | null }>(
    withArrayTexts({
      // Without a name: a plan that was kept since the table was small would read all of it.
      text: `select ${EVENT_COLUMNS}, encode(hash, 'hex') as hash from events where aggregate_type = $1 and aggregate_id = any($2::uuid[])
             order by events.aggregate_id, events.version limit $3`,
      values: [aggregateType, aggregateIds, limit],
    }),
  );
  const events = result.rows.map(toRecordedEvent);
  if (!onBroken) return events;
  const verifier = new ChainVerifier();
  for (const [index, event] of events.entries()) {
    const broken = verifier.next(event, result.rows[index]!.hash);
    if (broken) onBroken(broken);
  }
  return events;
}
