import type pg from 'pg';
import { EVENT_COLUMNS, toRecordedEvent, type EventRow } from '../sql/event-row.js';
import { ChainVerifier, type BrokenChain } from './chain-verifier.js';

export interface VerifiedChains {
  readonly events: number;
  readonly streams: number;
  /** Events that were stored before there was a chain. */
  readonly withoutHash: number;
  readonly broken: number;
}

const PAGE = 5_000;
const FIRST = '00000000-0000-0000-0000-000000000000';

/** Verifies every stream of an aggregate type, page by page. @param onBroken called once for each broken stream */
export async function verifyChains(
  pool: pg.Pool,
  aggregateType: string,
  onBroken: (broken: BrokenChain) => void,
): Promise<VerifiedChains> {
  const verifier = new ChainVerifier();
  const found = { events: 0, streams: 0, withoutHash: 0, broken: 0 };
  let [id, version] = [FIRST, 0];
  for (;;) {
    const { rows } = await pool.query<EventRow & { hash: string | null }>(
      `select ${EVENT_COLUMNS}, encode(hash, 'hex') as hash from events
       where aggregate_type = $1 and (events.aggregate_id, events.version) > ($2::uuid, $3::integer)
       order by events.aggregate_id, events.version limit ${PAGE}`,
      [aggregateType, id, version],
    );
    for (const row of rows) {
      found.events++;
      if (row.aggregate_id !== id) found.streams++;
      if (row.hash === null) found.withoutHash++;
      [id, version] = [row.aggregate_id, row.version];
      const broken = verifier.next(toRecordedEvent(row), row.hash);
      if (!broken) continue;
      found.broken++;
      onBroken(broken);
    }
    if (rows.length < PAGE) return found;
  }
}
