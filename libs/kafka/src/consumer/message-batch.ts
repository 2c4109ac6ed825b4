import type { KafkaRecord } from '../kafka-record.js';
import type { TopicIdentity } from '../topic-identity.js';

/** A bounded run of records of one partition, in offset order. */
export interface MessageBatch {
  /** The full name, with prefix. */
  readonly topic: string;
  readonly partition: number;
  /** Read before the records were: offsets that were saved under another identity mean nothing here. */
  readonly identity: TopicIdentity;
  readonly messages: readonly KafkaRecord[];
  /** Where reading began. The first message may lie above it; then nothing that can be read lies between. */
  readonly firstOffset: bigint;
  /** What has been read ends here; nothing that can be read lies between it and the last message. */
  readonly lastOffset: bigint;
  /** The log's end when the records were fetched. */
  readonly highWatermark: bigint;
}

export interface BatchResult {
  /** The offset to go on from: `lastOffset + 1` after all of the batch, anything else makes the consumer seek there. */
  readonly next: bigint;
}

/**
 * Handles a batch as one unit. Batches of one partition come one at a time and in order, as long as the group knows
 * this consumer; after it was taken for dead, another consumer may have the same records at the same time.
 * A handler that throws gets the same records again, after a pause; the other partitions go on meanwhile.
 *
 * Whenever the group gives this consumer a partition, and every ten seconds after that, the handler gets a batch without
 * messages, also while another batch is under way, and says where it wants to go on; it writes nothing then. To answer
 * `lastOffset + 1`, as after any batch, leaves it to the group's offset in Kafka.
 */
export type BatchHandler = (batch: MessageBatch) => Promise<BatchResult>;
