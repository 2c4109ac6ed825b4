import type { KafkaRecord } from '../kafka-record.js';
import type { FetchedMessage } from './kafkajs-internals.js';

/** Of a batch: its times are the broker's. */
const LOG_APPEND_TIME = 1;

/** A record as far as it is looked at: its fields are decoded by whoever reads them, each time anew. */
class FetchedRecord implements KafkaRecord {
  readonly #message: FetchedMessage;

  constructor(message: FetchedMessage) {
    this.#message = message;
  }

  get offset(): bigint {
    return BigInt(this.#message.offset);
  }

  get timestamp(): number {
    return Number(this.#message.timestamp);
  }

  get appendedAt(): number | undefined {
    const isStamped = this.#message.batchContext?.timestampType === LOG_APPEND_TIME;
    return isStamped ? this.timestamp : undefined;
  }

  get key(): Buffer | null {
    return this.#message.key;
  }

  get value(): Buffer | null {
    return this.#message.value;
  }

  get headers(): KafkaRecord['headers'] {
    return this.#message.headers;
  }

  get unreadable(): KafkaRecord['unreadable'] {
    return this.#message.unreadable;
  }
}

export function toRecord(message: FetchedMessage): KafkaRecord {
  return new FetchedRecord(message);
}
