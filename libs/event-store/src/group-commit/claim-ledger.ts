import type { Claim } from '@eventfleet/contracts';
import type { AppendBatch, HeldClaim } from '../sql/append-batch.js';
import { claimId } from './knowledge.js';

interface Entry {
  readonly claim: Claim;
  readonly initialHolder: string | undefined;
  holder: string | undefined;
}

/**
 * Claims as they stand after each command of a batch, on top of the holders read from the store.
 * What is written at the end is the net difference, so that a claim may change hands within one batch.
 */
export class ClaimLedger {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly storedHolders: ReadonlyMap<string, string>) {}

  /** The first of these claims that another aggregate holds, as far as is known. */
  findHeldByAnother(claims: readonly Claim[], aggregateId: string): Claim | undefined {
    return claims.find((claim) => {
      const id = claimId(claim);
      const entry = this.entries.get(id);
      const holder = entry ? entry.holder : this.storedHolders.get(id);
      return holder !== undefined && holder !== aggregateId;
    });
  }

  release(claim: Claim, aggregateId: string): void {
    this.entryOf(claim, aggregateId).holder = undefined;
  }

  take(claim: Claim, aggregateId: string): void {
    this.entryOf(claim, undefined).holder = aggregateId;
  }

  netChanges(): Pick<AppendBatch, 'releases' | 'takes'> {
    const releases: HeldClaim[] = [];
    const takes: HeldClaim[] = [];
    for (const { claim, initialHolder, holder } of this.entries.values()) {
      if (initialHolder === holder) continue;
      if (initialHolder !== undefined) releases.push({ ...claim, aggregateId: initialHolder });
      if (holder !== undefined) takes.push({ ...claim, aggregateId: holder });
    }
    return { releases, takes };
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

/** What a change of state gives up and what it takes. */
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
