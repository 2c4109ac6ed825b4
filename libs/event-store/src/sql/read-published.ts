import type pg from 'pg';
import type { TailPosition } from './read-tail.js';

/** Up to where the relay has published to a topic, by its last checkpoint. Kafka may have more. */
export interface PublishedMark {
  /** Every event at or before it has been acknowledged. */
  readonly position: TailPosition;
  readonly clusterId: string;
  readonly topicId: string;
  /** By partition: every record of those events lies below. */
  readonly nextOffsets: readonly bigint[];
}

interface MarkRow {
  readonly transaction_id: string;
  readonly global_position: string;
  readonly cluster_id: string;
  readonly topic_id: string;
  readonly next: readonly string[];
}

/** @returns undefined if the relay has no checkpoint for this topic */
export async function readPublished(pool: pg.Pool, topic: string): Promise<PublishedMark | undefined> {
  const { rows } = await pool.query<MarkRow>({
    name: 'read-published',
    text: `select transaction_id, global_position, target_state ->> 'clusterId' as cluster_id,
                  log ->> 'topicId' as topic_id, log -> 'next' as next
           from relay_checkpoints, lateral (select target_state -> 'topics' -> $1::text as log) topic
           where relay = 'kafka' and log is not null`,
    values: [topic],
  });
  const row = rows[0];
  return (
    row && {
      position: { transactionId: row.transaction_id, globalPosition: row.global_position },
      clusterId: row.cluster_id,
      topicId: row.topic_id,
      nextOffsets: row.next.map(BigInt),
    }
  );
}
