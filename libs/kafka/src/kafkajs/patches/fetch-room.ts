/** Kafka's limit for a batch is 1 MiB by default, and JSON hardly ever unpacks to sixteen times that. */
export const MOST_BYTES = 16 * 1024 * 1024;
/** A record that has been decoded takes so much beside its bytes. */
const RECORD_BYTES = 256;
/** A record with the headers of CloudEvents has more bytes than that, so a batch of such records has fewer. */
export const MOST_RECORDS = MOST_BYTES / RECORD_BYTES;

/**
 * What one fetch may take in memory once it is unpacked. A fetch holds many batches, and a process has several fetches
 * at a time: so the limit is for a whole fetch, and a batch that comes first may take all of it.
 */
export class FetchRoom {
  #left = MOST_BYTES;

  /** Whether nothing has been taken yet: there is never more room than now. */
  get isWhole(): boolean {
    return this.#left === MOST_BYTES;
  }

  /** The bytes that are left for so many records; 0 or less if there is no room for them. */
  leftFor(records: number): number {
    return this.#left - records * RECORD_BYTES;
  }

  take(bytes: number, records: number): void {
    this.#left -= bytes + records * RECORD_BYTES;
  }

  close(): void {
    this.#left = 0;
  }
}
