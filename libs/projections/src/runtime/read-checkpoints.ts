import type pg from 'pg';

export interface ProjectionCheckpoint {
  readonly projection: string;
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: bigint;
}

/** The checkpoint of every partition of every projection, for operators. */
export async function readCheckpoints(pool: pg.Pool): Promise<ProjectionCheckpoint[]> {
  const result = await pool.query<{
    projection: string;
    topic: string;
    partition: number;
    next_offset: string;
  }>(
    `select projection, topic, partition, next_offset from projection_checkpoints order by projection, topic, partition`,
  );
  return result.rows.map(({ projection, topic, partition, next_offset: next }) => ({
    projection,
    topic,
    partition,
    nextOffset: BigInt(next),
  }));
}
