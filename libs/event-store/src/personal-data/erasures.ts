import type pg from 'pg';

/** An erasure whose copies are not all removed yet. */
export interface RunningErasure {
  readonly erasureId: string;
  readonly aggregateType: string;
  readonly aggregateId: string;
  /** When the key was destroyed. */
  readonly requestedAt: Date;
  /** How long ago that was, by the server's clock. */
  readonly ageMs: number;
  /** The places that are done with. */
  readonly places: ReadonlySet<string>;
}

/** What was done about the copies in one place. */
export interface ErasedPlace {
  readonly place: string;
  readonly outcome: string;
  readonly count: number;
}

/** What became of an erasure. Times are RFC 3339, UTC. */
export interface ErasureReceipt {
  readonly erasureId: string;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly state: 'running' | 'done';
  readonly requestedAt: string;
  readonly completedAt: string | null;
  /** In the order in which they were done. */
  readonly places: readonly (ErasedPlace & { readonly at: string })[];
}

interface ErasureRow {
  readonly erasure_id: string;
  readonly aggregate_type: string;
  readonly aggregate_id: string;
  readonly requested_at: Date;
  readonly completed_at: Date | null;
}

/**
 * The oldest erasures that are not done.
 * @param after the last one of the page before
 */
export async function readRunningErasures(
  pool: pg.Pool,
  limit: number,
  after?: Pick<RunningErasure, 'requestedAt' | 'erasureId'>,
): Promise<readonly RunningErasure[]> {
  const { rows } = await pool.query<ErasureRow & { age_ms: number; places: string[] }>(
    `select erasures.*, extract(epoch from clock_timestamp() - requested_at)::float8 * 1000 as age_ms,
       array(select place from erasure_places where erasure_places.erasure_id = erasures.erasure_id) as places
     from erasures
     where completed_at is null and ($2::timestamptz is null or (requested_at, erasure_id) > ($2, $3::uuid))
     order by requested_at, erasure_id limit $1`,
    [limit, after?.requestedAt, after?.erasureId],
  );
  return rows.map((row) => ({
    erasureId: row.erasure_id,
    aggregateType: row.aggregate_type,
    aggregateId: row.aggregate_id,
    requestedAt: row.requested_at,
    ageMs: row.age_ms,
    places: new Set(row.places),
  }));
}

export interface RunningErasures {
  /** Up to 1,000,000. */
  readonly count: number;
  /** The age of the oldest one by the server's clock; 0 if there is none. */
  readonly oldestSeconds: number;
}

/** What is not done. */
export async function measureRunningErasures(pool: pg.Pool): Promise<RunningErasures> {
  const { rows } = await pool.query<{ count: number; age: number | null }>(
    `select count(*)::integer as count, extract(epoch from clock_timestamp() - min(requested_at))::float8 as age
     from (select requested_at from erasures where completed_at is null order by requested_at limit 1000000) as running`,
  );
  return { count: rows[0]?.count ?? 0, oldestSeconds: Math.max(0, rows[0]?.age ?? 0) };
}

/** How long ago the key was destroyed, in milliseconds by the server's clock; undefined if there is no such erasure. */
export async function readErasureAge(pool: pg.Pool, erasureId: string): Promise<number | undefined> {
  const { rows } = await pool.query<{ age_ms: number }>(
    `select extract(epoch from clock_timestamp() - requested_at)::float8 * 1000 as age_ms
     from erasures where erasure_id = $1`,
    [erasureId],
  );
  return rows[0]?.age_ms;
}

/** Writes down what was done about a place. What was written first stays. */
export async function saveErasedPlace(
  pool: pg.Pool,
  erasureId: string,
  { place, outcome, count }: ErasedPlace,
): Promise<void> {
  await pool.query(
    `insert into erasure_places (erasure_id, place, outcome, count)
     select $1, $2, $3, $4 where exists (select from erasures where erasure_id = $1) on conflict do nothing`,
    [erasureId, place, outcome, count],
  );
}

export async function completeErasure(pool: pg.Pool, erasureId: string): Promise<void> {
  await pool.query(
    `update erasures set completed_at = clock_timestamp() where erasure_id = $1 and completed_at is null`,
    [erasureId],
  );
}

/** @returns undefined if there is no such erasure */
export async function readErasure(pool: pg.Pool, erasureId: string): Promise<ErasureReceipt | undefined> {
  const { rows } = await pool.query<ErasureRow>(`select * from erasures where erasure_id = $1`, [erasureId]);
  const row = rows[0];
  if (!row) return undefined;
  const places = await pool.query<{ place: string; outcome: string; count: string; at: Date }>(
    `select place, outcome, count, at from erasure_places where erasure_id = $1 order by at, place`,
    [erasureId],
  );
  return {
    erasureId: row.erasure_id,
    aggregateType: row.aggregate_type,
    aggregateId: row.aggregate_id,
    state: row.completed_at ? 'done' : 'running',
    requestedAt: row.requested_at.toISOString(),
    completedAt: row.completed_at?.toISOString() ?? null,
    places: places.rows.map(({ place, outcome, count, at }) => {
      return { place, outcome, count: Number(count), at: at.toISOString() };
    }),
  };
}
