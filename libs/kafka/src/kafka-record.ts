import type { IncomingMessage } from '@eventfleet/contracts';

/** One record of a partition, its bytes untouched. */
export interface KafkaRecord extends IncomingMessage {
  readonly offset: bigint;
  /** Milliseconds since 1970, as the producer or the broker set it. */
  readonly timestamp: number;
}
