import type { Kafka } from '../../kafka.js';
import { withAdmin } from '../with-admin.js';
import { visitLogTail, type VisitRecord } from './log-tail.js';

export interface LogSince {
  /** The full name. */
  readonly topic: string;
  readonly partition: number;
  /** Epoch milliseconds: records that got an earlier time, and lie before all later ones, are left out. */
  readonly since: number;
  /** At most so many offsets are read. */
  readonly limit: number;
}

/** `visitLogTail` of one partition, from the first record on that is not older than a time. */
export async function visitLogSince(
  kafka: Kafka,
  { topic, partition, since, limit }: LogSince,
  visit: VisitRecord,
): Promise<void> {
  const starts = await withAdmin(kafka, (admin) => admin.fetchTopicOffsetsByTimestamp(topic, since));
  const start = starts.find((each) => each.partition === partition);
  if (start) await visitLogTail(kafka, topic, new Map([[partition, BigInt(start.offset)]]), visit, limit);
}
