import type { Claim } from '@eventfleet/domain';
import type { StoredAnswer } from '../sql/append-batch.js';
import type { IdempotencyKey } from '../sql/read-answers.js';

export interface LoadedStream<State> {
  readonly state: State;
  readonly version: number;
  /** Read from the store, or written to it, after the commands at hand arrived: fit to refuse on. */
  readonly proven: boolean;
}

/** What the commands of one batch are decided on. */
export class LoadedState<State> {
  readonly streams = new Map<string, LoadedStream<State>>();
  /** Holders of claims, by `claimId`; only those that were read after a conflict. */
  readonly holders = new Map<string, string>();
  /** Stored answers, by `keyId`; undefined: read, and there is none. */
  readonly answers = new Map<string, StoredAnswer | undefined>();
}

export function claimId(claim: Claim): string {
  return `${claim.scope}\n${claim.key}`;
}

export function keyId(key: IdempotencyKey): string {
  return `${key.scope}\n${key.key}`;
}
