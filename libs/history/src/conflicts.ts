import { AGGREGATES, type RecordedEvent } from '@eventfleet/contracts';
import type pg from 'pg';
import type { ConflictReason, ContradictingEvent } from './lost-events.js';

/** An aggregate of which the store and Kafka tell different stories. */
export interface Conflict {
  /** Undefined if nobody has decided. */
  readonly mark: ConflictMark | undefined;
  readonly aggregateType: string;
  readonly aggregateId: string;
  /** Published events that the store does not have, in version order. */
  readonly published: readonly { readonly event: RecordedEvent; readonly reason: ConflictReason }[];
}

/** What an operator has decided; command-api acts on it. */
export type ConflictMark = 'keep' | 'adopt';

/** Which conflicts are meant; without an id all of them. */
export interface ConflictFilter {
  readonly aggregateId?: string | undefined;
}

export async function recordConflicts(
  client: pg.ClientBase,
  conflicting: readonly ContradictingEvent[],
): Promise<void> {
  for (const { event, reason } of conflicting) {
    await client.query(
      `insert into history_conflicts (event_id, aggregate_type, aggregate_id, version, event, reason)
       values ($1, $2, $3, $4, $5, $6) on conflict (event_id) do nothing`,
      [event.eventId, event.aggregateType, event.aggregateId, event.version, JSON.stringify(event), reason],
    );
  }
}

export async function hasOpenConflict(
  client: pg.ClientBase,
  aggregateType: string,
  aggregateId: string,
): Promise<boolean> {
  const found = await client.query(
    `select from history_conflicts
     where aggregate_type = $1 and aggregate_id = $2 and resolution is null limit 1`,
    [aggregateType, aggregateId],
  );
  return found.rowCount === 1;
}

/** The conflicts that nobody has resolved, by aggregate. */
export async function readConflicts(
  client: pg.ClientBase | pg.Pool,
  { aggregateId }: ConflictFilter = {},
): Promise<readonly Conflict[]> {
  const { rows } = await client.query<{
    event: RecordedEvent;
    reason: ConflictReason;
    mark: ConflictMark | null;
  }>(
    `select event, reason, mark from history_conflicts
     where resolution is null and ($1::uuid is null or aggregate_id = $1)
     order by aggregate_type, aggregate_id, version`,
    [aggregateId],
  );
  const groups = Map.groupBy(rows, ({ event }) => `${event.aggregateType} ${event.aggregateId}`);
  return [...groups.values()].map((published) => {
    const { aggregateType, aggregateId: id } = published[0]!.event;
    return { aggregateType, aggregateId: id, mark: published[0]!.mark ?? undefined, published };
  });
}

/** How many aggregates have a conflict that nobody has resolved. */
export async function countConflicts(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(distinct (aggregate_type, aggregate_id))::integer as count from history_conflicts
     where resolution is null`,
  );
  return rows[0]?.count ?? 0;
}

/** The published events erase the aggregate. To keep those of the store would undo that. */
export class ErasurePublished extends Error {
  readonly code = 'erasure-published';

  constructor(aggregateIds: readonly string[]) {
    super(`published events erase ${aggregateIds.join(', ')}: adopt them, they cannot be given up`);
    this.name = 'ErasurePublished';
  }
}

/** @throws ErasurePublished if the store's events may not be kept in one of these conflicts */
export function requireKeepable(conflicts: readonly Conflict[]): void {
  const erasing = conflicts.filter(({ published }) => published.some(({ event }) => isErasure(event)));
  if (erasing.length > 0) throw new ErasurePublished(erasing.map(({ aggregateId }) => aggregateId));
}

function isErasure({ aggregateType, type }: RecordedEvent): boolean {
  return AGGREGATES.some(({ name, events }) => name === aggregateType && events.erasedBy === type);
}

/**
 * @returns how many aggregates were marked
 * @throws ErasurePublished; nothing is marked then
 */
export async function markConflicts(
  pool: pg.Pool | pg.ClientBase,
  mark: ConflictMark,
  { aggregateId }: ConflictFilter,
): Promise<number> {
  if (mark === 'keep') requireKeepable(await readConflicts(pool, { aggregateId }));
  const { rows } = await pool.query<{ count: number }>(
    `with marked as (
       update history_conflicts set mark = $1
       where resolution is null and ($2::uuid is null or aggregate_id = $2) returning aggregate_type, aggregate_id)
     select count(distinct (aggregate_type, aggregate_id))::integer as count from marked`,
    [mark, aggregateId],
  );
  return rows[0]?.count ?? 0;
}

/** Takes the mark of an aggregate away, and says why nothing came of it. */
export async function unmarkConflict(
  pool: pg.Pool | pg.ClientBase,
  { aggregateType, aggregateId }: Pick<Conflict, 'aggregateType' | 'aggregateId'>,
  reason: ConflictReason,
): Promise<void> {
  await pool.query('select unmark_conflict($1, $2, $3)', [aggregateType, aggregateId, reason]);
}

export async function closeConflict(
  client: pg.ClientBase,
  { aggregateType, aggregateId }: Conflict,
  resolution: 'kept' | 'adopted',
): Promise<void> {
  await client.query(
    `update history_conflicts set resolution = $3, resolved_at = now()
     where aggregate_type = $1 and aggregate_id = $2 and resolution is null`,
    [aggregateType, aggregateId, resolution],
  );
}
