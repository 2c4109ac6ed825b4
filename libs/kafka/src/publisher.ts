import type { RecordHeaders } from './record-headers.js';

/** Whatever a record may hold, null and bytes that are no text included. */
export interface OutgoingRecord {
  readonly partition: number;
  readonly key: Buffer | string | null;
  readonly value: Buffer | string | null;
  readonly headers: Readonly<RecordHeaders>;
}

/** A record that is text throughout. */
export interface OutgoingMessage extends OutgoingRecord {
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Publisher {
  /**
   * Writes the messages, in order within each partition, and answers once every in-sync replica has them.
   * Call it again only after it has settled: order holds for one batch in flight.
   * @returns the offset of the first message in each partition; the others follow it without gaps
   * @throws KafkaError `publish-failed` after any failure or the deadline. Whether messages were written is then
   *   unknown, for each partition on its own: nothing is retried here, the caller reads the log and decides.
   *   The connections are given up, so that the next call starts on fresh ones with fresh metadata.
   */
  publish(topic: string, messages: readonly OutgoingRecord[]): Promise<Map<number, bigint>>;
  disconnect(): Promise<void>;
}

export interface PublisherOptions {
  /** Deadline of one `publish`, connecting included. */
  readonly timeoutMs?: number;
}
