import type { Claim } from '@eventfleet/domain';
import type { AppendBatch, HeldClaim } from '../sql/append-batch.js';
import { claimId } from './loaded-state.js';

interface Entry {
  readonly claim: Claim;
  initialHolder: string | undefined;
  holder: string | undefined;
}

/**
 * Claims as they stand after each command of a batch, on top of the holders read from the store.
 * What is written at the end is the net difference, so that a claim may change hands within one batch.
 */
export class ClaimChanges {
  private readonly entries = new Map<string, Entry>();
  private readonly taken: HeldClaim[] = [];
  /** Claims that were taken as free, and later released by the aggregate that held them all the time: read their holders. */
  readonly claimsToRead: Claim[] = [];

  constructor(private readonly storedHolders: ReadonlyMap<string, string>) {}

  /** The first of these claims that another aggregate holds. A claim whose holder was never read counts as free. */
  findHeldByAnother(claims: readonly Claim[], aggregateId: string): Claim | undefined {
    return claims.find((claim) => {
      const id = claimId(claim);
      const entry = this.entries.get(id);
      const holder = entry ? entry.holder : this.storedHolders.get(id);
      return holder !== undefined && holder !== aggregateId;
    });
  }

  release(claim: Claim, aggregateId: string): void {
    const entry = this.entryOf(claim, aggregateId);
    if (entry.holder === aggregateId) {
      entry.holder = undefined;
    } else {
      entry.initialHolder = aggregateId;
      this.claimsToRead.push(claim);
    }
  }

  take(claim: Claim, aggregateId: string): void {
    this.entryOf(claim, undefined).holder = aggregateId;
    this.taken.push({ ...claim, aggregateId });
  }

  netChanges(): Required<Omit<AppendBatch, 'events' | 'idempotencyAnswers'>> {
    const releasedClaims: HeldClaim[] = [];
    const takenClaims: HeldClaim[] = [];
    const transientClaims = new Map<string, HeldClaim>();
    for (const taken of this.taken) {
      const { initialHolder, holder } = this.entryOf(taken, undefined);
      if (initialHolder === undefined && holder === undefined) transientClaims.set(claimId(taken), taken);
    }
    for (const { claim, initialHolder, holder } of this.entries.values()) {
      if (initialHolder === holder) continue;
      if (initialHolder !== undefined) releasedClaims.push({ ...claim, aggregateId: initialHolder });
      if (holder !== undefined) takenClaims.push({ ...claim, aggregateId: holder });
    }
    return { releasedClaims, takenClaims, transientClaims: [...transientClaims.values()] };
  }

  private entryOf(claim: Claim, initialHolder: string | undefined): Entry {
    const id = claimId(claim);
    let entry = this.entries.get(id);
    if (!entry) {
      entry = { claim, initialHolder, holder: initialHolder };
      this.entries.set(id, entry);
    }
    return entry;
  }
}

/** What a change of state releases and what it takes. */
export function diffClaims(
  before: readonly Claim[],
  after: readonly Claim[],
): { released: Claim[]; taken: Claim[] } {
  const had = new Set(before.map(claimId));
  const has = new Set(after.map(claimId));
  return {
    released: before.filter((claim) => !has.has(claimId(claim))),
    taken: after.filter((claim) => !had.has(claimId(claim))),
  };
}
