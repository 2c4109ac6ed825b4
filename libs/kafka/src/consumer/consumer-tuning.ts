/** Times in milliseconds, sizes in bytes. */
export interface ConsumerTuning {
  /** A member that is silent for so long loses its partitions. */
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  /** A handler that takes longer hangs: its consumer gives up its partitions. */
  readonly handlerTimeoutMs: number;
  /** At most so many messages in one batch. */
  readonly chunkSize: number;
  /** At most so many partitions are handled at once. */
  readonly concurrency: number;
  /** What one fetch may bring, in all and of one partition: it bounds the memory. */
  readonly maxBytes: number;
  readonly maxBytesPerPartition: number;
  /** An idle fetch returns after this: it bounds how long a stop waits. */
  readonly maxWaitMs: number;
  /** How often a topic's identity and ends are looked at. */
  readonly watchIntervalMs: number;
  /** A stop gives up waiting after this. */
  readonly closeTimeoutMs: number;
}

/** All but the session time-out, which is a setting: how long a member may be unheard depends on the network. */
export const DEFAULT_TUNING: Omit<ConsumerTuning, 'sessionTimeoutMs'> = {
  heartbeatIntervalMs: 1_000,
  handlerTimeoutMs: 60_000,
  chunkSize: 1_000,
  concurrency: 3,
  maxBytes: 2 * 1024 * 1024,
  maxBytesPerPartition: 512 * 1024,
  maxWaitMs: 500,
  watchIntervalMs: 10_000,
  closeTimeoutMs: 6_500,
};
