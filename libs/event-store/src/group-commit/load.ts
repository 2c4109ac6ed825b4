import type pg from 'pg';
import type { Claim, Decider, DomainEvent } from '@eventfleet/contracts';
import { readAnswers, type IdempotencyKey } from '../sql/read-answers.js';
import { readClaims } from '../sql/read-claims.js';
import { readStreams } from '../sql/read-streams.js';
import { claimId, keyId, type Knowledge } from './knowledge.js';

/** Brings streams up to the store's present: events after what is known are read and folded on top of it. */
export async function loadStreams<State, Command, Event extends DomainEvent>(
  pool: pg.Pool,
  decider: Decider<State, Command, Event>,
  known: Knowledge<State>,
  aggregateIds: Iterable<string>,
): Promise<void> {
  const after = new Map<string, number>();
  for (const id of aggregateIds) after.set(id, known.streams.get(id)?.version ?? 0);
  if (after.size === 0) return;
  const events = await readStreams(pool, decider.catalog.aggregateType, after);
  for (const id of after.keys()) {
    const base = known.streams.get(id) ?? { state: decider.initialState, version: 0 };
    known.streams.set(id, { ...base, proven: true });
  }
  for (const recorded of events) {
    const event = decider.catalog.parse(recorded);
    const base = known.streams.get(recorded.aggregateId)!;
    const state = decider.evolve(base.state, event);
    known.streams.set(recorded.aggregateId, { state, version: recorded.version, proven: true });
  }
}

export async function loadAnswers(
  pool: pg.Pool,
  known: Knowledge<unknown>,
  keys: readonly IdempotencyKey[],
): Promise<void> {
  if (keys.length === 0) return;
  const stored = await readAnswers(pool, keys);
  for (const key of keys) known.answers.set(keyId(key), undefined);
  for (const answer of stored) known.answers.set(keyId(answer), answer);
}

export async function loadHolders(
  pool: pg.Pool,
  known: Knowledge<unknown>,
  claims: readonly Claim[],
): Promise<void> {
  if (claims.length === 0) return;
  const held = await readClaims(pool, claims);
  for (const claim of claims) known.holders.delete(claimId(claim));
  for (const claim of held) known.holders.set(claimId(claim), claim.aggregateId);
}
