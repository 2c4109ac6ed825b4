import type { IncomingMessage } from '@eventfleet/contracts';
import type { Failure } from '@eventfleet/resilience';

/** One record of a partition, its bytes untouched. */
export interface KafkaRecord extends IncomingMessage {
  readonly offset: bigint;
  /** Milliseconds since 1970, as the producer or the broker set it. */
  readonly timestamp: number;
  /** When the broker took it, in the same unit; unset if the topic leaves the time to producers. */
  readonly appendedAt?: number | undefined;
  /**
   * Set if the record, or its whole batch, is not read: why, with its offsets, size and hash, and without any of its
   * content. It has no value then. Its headers are ours, and say `x-original-bytes` and `x-original-sha256`. A batch is
   * one such record, at the offset of its last one.
   */
  readonly unreadable?: Unreadable | undefined;
}

export interface Unreadable extends Failure {
  readonly code: UnreadableCode;
}

/** `batch-corrupt`: it is not what it is said to be. `batch-unknown`: of a format or compression that nobody here knows. */
export type UnreadableCode = (typeof CODES)[number];

/** Only a dead letter has it. */
export const ORIGINAL_TOPIC_HEADER = 'x-original-topic';

const CODES = ['record-too-large', 'batch-too-large', 'batch-corrupt', 'batch-unknown'] as const;

export function isUnreadable({ code }: Failure): boolean {
  return CODES.some((each) => each === code);
}
