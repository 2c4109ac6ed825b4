import type pg from 'pg';

interface TracedUser {
  readonly id: string;
  readonly because: 'event' | 'correlation';
}

/** The users of events with this correlation id, or of the event with this id. */
export async function findByTrace(
  pool: pg.Pool,
  text: string,
  limit: number,
): Promise<{ id: string; because: TracedUser['because'] }[]> {
  const { rows } = await pool.query<TracedUser>(
    `select aggregate_id as id, min(because) as because from (
       select aggregate_id, case when correlation_id = $1 then 'correlation' else 'event' end as because
       from events where correlation_id = $1 or event_id::text = lower($1) limit 1000) found
     group by aggregate_id limit $2`,
    [text, limit],
  );
  return rows;
}
