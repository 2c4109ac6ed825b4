import type { EachBatchPayload } from 'kafkajs';
import { isRebalancing } from '../kafkajs-internals.js';

/** Sends heartbeats by timer while a batch is handled, which kafkajs itself does not. */
export class Heartbeats {
  readonly #timer: NodeJS.Timeout;
  #eviction: Error | undefined;

  /** @param isHung stops the heartbeats, so that the group takes the partitions away */
  constructor(member: Pick<EachBatchPayload, 'heartbeat'>, intervalMs: number, isHung: () => boolean) {
    this.#timer = setInterval(() => {
      if (isHung()) return;
      member.heartbeat().catch((error: unknown) => {
        // Any other failure comes back with the heartbeat that kafkajs sends after the batch.
        if (isEviction(error)) this.#eviction = error;
      });
    }, intervalMs);
  }

  /** @throws the group's answer that this consumer must join anew; kafkajs acts on it when `eachBatch` throws it */
  throwIfEvicted(): void {
    if (this.#eviction) throw this.#eviction;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

function isEviction(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return isRebalancing(error) || ('type' in error && error.type === 'UNKNOWN_MEMBER_ID');
}
