import type { MessageBatch } from '../../consumer/message-batch.js';
import type { Kafka } from '../../kafka.js';
import type { LogRange } from '../../log-range.js';
import type { TopicIdentity } from '../../topic-identity.js';
import { toRecord } from '../fetched-record.js';
import { withCluster } from '../with-cluster.js';
import { readIdentity } from './describe-topic.js';
import { readEndOffsets } from './end-offsets.js';
import { fetchOnce } from './fetch-once.js';

/** A topic's records, read straight from the leaders: without a consumer group, so that nothing is left behind. */
export interface TopicLog {
  /** Read when the log was opened. */
  readonly identity: TopicIdentity;
  /** Where each partition begins and ends now. */
  ends(): Promise<Map<number, LogRange>>;
  /**
   * What one fetch brings of the named partitions, from the given offsets on: none of a partition that has nothing new
   * within half a second. At most 4 MiB a broker.
   */
  read(from: ReadonlyMap<number, bigint>): Promise<MessageBatch[]>;
}

/** Lends a log on connections of its own, and closes them. @throws KafkaError `topic-missing` */
export function withTopicLog<T>(
  kafka: Kafka,
  topic: string,
  work: (log: TopicLog) => Promise<T>,
): Promise<T> {
  return withCluster(kafka, async (cluster) => {
    const identity = await readIdentity(cluster, topic);
    await cluster.addTargetTopic(topic);
    return work({
      identity,
      ends: () => readEndOffsets(cluster, topic),
      async read(from) {
        const batches: MessageBatch[] = [];
        for await (const { partition, messages, highWatermark } of fetchOnce(cluster, topic, from)) {
          const firstOffset = from.get(partition);
          const last = messages.at(-1);
          if (firstOffset === undefined || !last || BigInt(last.offset) < firstOffset) continue;
          batches.push({
            topic,
            partition,
            identity,
            firstOffset,
            lastOffset: BigInt(last.offset),
            highWatermark,
            messages: messages
              .filter(({ isControlRecord }) => !isControlRecord)
              .map(toRecord)
              .filter(({ offset }) => offset >= firstOffset),
          });
        }
        return batches;
      },
    });
  });
}
