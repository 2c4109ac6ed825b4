import type pg from 'pg';
import type { Statement } from '@eventfleet/postgres';

/** What a rebuild does, in this order. */
export type RebuildPhase =
  /** Folds all streams, and copies what they come to into bare tables. */
  | 'copying'
  /** Makes the indexes and constraints that the live tables have. */
  | 'indexing'
  /** Applies the streams that could not be copied, event by event. */
  | 'one-by-one'
  /** Applies what Kafka has got since the rebuild began. */
  | 'catching-up'
  /** As far as the live generation is. It is brought up again before it is compared, and before it is switched to. */
  | 'ready';

export interface RebuildProgress {
  readonly projection: string;
  readonly phase: RebuildPhase;
  /** About how many events there are in all, as it was estimated at the start. */
  readonly expectedEvents: number;
  /** How many were copied. */
  readonly events: number;
  /** Everything up to this id is copied; null before the first one. */
  readonly lastAggregate: string | null;
  /** Lately; null while nothing is copied. */
  readonly eventsPerSecond: number | null;
  /** How many records the new generation is behind the live one; null before it catches up. */
  readonly recordsLeft: number | null;
  readonly startedAt: Date;
  readonly updatedAt: Date;
  /** Null before the first comparison. */
  readonly comparedAt: Date | null;
  readonly differences: number | null;
  /** The columns that the comparison left out, as `table.column`. */
  readonly notCompared: readonly string[];
}

const COLUMNS = `projection, phase, expected_events::float8 as "expectedEvents", events::float8 as events,
  last_aggregate as "lastAggregate", events_per_second as "eventsPerSecond", records_left::float8 as "recordsLeft",
  started_at as "startedAt", updated_at as "updatedAt", compared_at as "comparedAt",
  differences::float8 as differences, not_compared as "notCompared"`;

/** Undefined if no generation is built beside the live one. */
export async function readProgress(pool: pg.Pool, projection: string): Promise<RebuildProgress | undefined> {
  const { rows } = await pool.query<RebuildProgress>(
    `select ${COLUMNS} from public.projection_rebuilds where projection = $1`,
    [projection],
  );
  return rows[0];
}

export function beginProgress(projection: string, phase: RebuildPhase, expectedEvents = 0): Statement {
  return {
    text: `insert into public.projection_rebuilds (projection, phase, expected_events) values ($1, $2, $3)`,
    values: [projection, phase, Math.round(expectedEvents)],
  };
}

export interface CopiedRange {
  /** The last aggregate before the range. */
  readonly after: string | null;
  readonly lastAggregate: string;
  readonly events: number;
  readonly eventsPerSecond: number;
}

/** Changes no row unless the rebuild is where the range begins: then another process has gone on with it. */
export function saveCopied(
  projection: string,
  { after, lastAggregate, events, eventsPerSecond }: CopiedRange,
): Statement {
  return {
    text: `update public.projection_rebuilds
           set last_aggregate = $3, events = events + $4, events_per_second = $5, updated_at = now()
           where projection = $1 and phase = 'copying' and last_aggregate is not distinct from $2::uuid`,
    values: [projection, after, lastAggregate, events, eventsPerSecond],
  };
}

/** Changes no row unless the rebuild is in this phase. */
export function savePhase(projection: string, phase: RebuildPhase, next: RebuildPhase): Statement {
  return {
    text: `update public.projection_rebuilds set phase = $3, updated_at = now() where projection = $1 and phase = $2`,
    values: [projection, phase, next],
  };
}

export function saveRecordsLeft(projection: string, recordsLeft: bigint): Statement {
  return {
    text: `update public.projection_rebuilds set records_left = $2, updated_at = now() where projection = $1`,
    values: [projection, String(recordsLeft)],
  };
}

export function saveComparison(
  projection: string,
  { differences, notCompared }: { readonly differences: number; readonly notCompared: readonly string[] },
): Statement {
  return {
    text: `update public.projection_rebuilds
           set compared_at = now(), differences = $2, not_compared = $3, updated_at = now() where projection = $1`,
    values: [projection, differences, notCompared],
  };
}

export function endProgress(projection: string): Statement {
  return { text: `delete from public.projection_rebuilds where projection = $1`, values: [projection] };
}
