import type { Claim } from '@eventfleet/domain';
import type { HeldClaim } from '../sql/append-batch.js';
import type { PersonalData } from './personal-data.js';

/** Who holds claims that are stored as hashes; they are given back as they were asked for. */
export async function readHashedClaims(
  personalData: PersonalData,
  read: (claims: readonly Claim[]) => Promise<HeldClaim[]>,
  claims: readonly Claim[],
): Promise<HeldClaim[]> {
  const hashed = await personalData.hashClaims(claims);
  const plain = new Map(hashed.map((claim, index) => [idOf(claim), claims[index]!.key]));
  const held = await read(hashed);
  return held.map((claim) => ({ ...claim, key: plain.get(idOf(claim)) ?? claim.key }));
}

function idOf({ scope, key }: Claim): string {
  return `${scope}\n${key}`;
}
