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
  /** Claims whose holder let them go after another aggregate had taken them, in the belief that they were free. */
  readonly contradicted: Claim[] = [];

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
    const entry = this.entryOf(claim, aggregateId);
    if (entry.holder === aggregateId) {
      entry.holder = undefined;
    } else {
      entry.initialHolder = aggregateId;
      this.contradicted.push(claim);
    }
  }

  take(claim: Claim, aggregateId: string): void {
    this.entryOf(claim, undefined).holder = aggregateId;
    this.taken.push({ ...claim, aggregateId });
  }

  netChanges(): Required<Pick<AppendBatch, 'releases' | 'takes' | 'passing'>> {
    const releases: HeldClaim[] = [];
    const takes: HeldClaim[] = [];
    const passing = new Map<string, HeldClaim>();
    for (const taken of this.taken) {
      const { initialHolder, holder } = this.entryOf(taken, undefined);
      if (initialHolder === undefined && holder === undefined) passing.set(claimId(taken), taken);
    }
    for (const { claim, initialHolder, holder } of this.entries.values()) {
      if (initialHolder === holder) continue;
      if (initialHolder !== undefined) releases.push({ ...claim, aggregateId: initialHolder });
      if (holder !== undefined) takes.push({ ...claim, aggregateId: holder });
    }
    return { releases, takes, passing: [...passing.values()] };
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
