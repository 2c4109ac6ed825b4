import type { IncomingMessage } from '@eventfleet/contracts';
import type { FetchedMessage } from './kafkajs-internals.js';

/** One record of a partition, its bytes untouched. */
export interface KafkaRecord extends IncomingMessage {
  readonly offset: bigint;
  /** Milliseconds since 1970, as the producer or the broker set it. */
  readonly timestamp: number;
}

export function toRecord(message: FetchedMessage): KafkaRecord {
  return {
    offset: BigInt(message.offset),
    key: message.key,
    value: message.value,
    headers: message.headers,
    timestamp: Number(message.timestamp),
  };
}
