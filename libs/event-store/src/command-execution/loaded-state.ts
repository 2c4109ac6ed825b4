import type { Claim } from '@eventfleet/domain';
import type { IdempotencyAnswer, IdempotencyKey } from '../sql/append-batch.js';

export interface LoadedStream<State> {
  readonly state: State;
  readonly version: number;
  /** Read from the store, or written to it, after the commands of the batch arrived. A cached state may be stale. */
  readonly isFresh: boolean;
}

/** What the commands of one batch are decided on. */
export class LoadedState<State> {
  readonly streams = new Map<string, LoadedStream<State>>();
  /** Holders of claims, by `claimId`; only those that were read after a conflict. */
  readonly claimHolders = new Map<string, string>();
  /** Stored answers, by `idempotencyId`; undefined: read, and there is none. */
  readonly idempotencyAnswers = new Map<string, IdempotencyAnswer | undefined>();
}

export function claimId(claim: Claim): string {
  return `${claim.scope}\n${claim.key}`;
}

export function idempotencyId(key: IdempotencyKey): string {
  return `${key.scope}\n${key.key}`;
}
