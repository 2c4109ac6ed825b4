import type pg from 'pg';
import type { DomainEvent } from '@eventfleet/contracts';
import type { Claim, Decider } from '@eventfleet/domain';
import { readAnswers, type IdempotencyKey } from '../sql/read-answers.js';
import { readClaims } from '../sql/read-claims.js';
import { readStreams } from '../sql/read-streams.js';
import { claimId, keyId, type LoadedState, type LoadedStream } from './loaded-state.js';

/** Told of every stream that was folded: from which version, to which state. */
export type OnFolded<State> = (aggregateId: string, fromVersion: number, stream: LoadedStream<State>) => void;

/** Brings streams up to the store's present: a newer snapshot, and the events behind it, on top of what is known. */
export async function loadStreams<State, Command, Event extends DomainEvent>(
  pool: pg.Pool,
  decider: Decider<State, Command, Event>,
  known: LoadedState<State>,
  aggregateIds: Iterable<string>,
  onFolded: OnFolded<State>,
): Promise<void> {
  const before = new Map<string, number>();
  for (const id of aggregateIds) before.set(id, known.streams.get(id)?.version ?? 0);
  if (before.size === 0) return;
  const steps = await readStreams(pool, {
    aggregateType: decider.catalog.aggregateType,
    known: before,
    snapshotSchemaVersion: decider.stateVersion,
  });
  for (const id of before.keys()) {
    const base = known.streams.get(id) ?? { state: decider.initialState, version: 0 };
    known.streams.set(id, { ...base, proven: true });
  }
  const folded = new Map<string, number>();
  for (const step of steps) {
    const { aggregateId: id, version } = step;
    if (step.kind === 'snapshot') {
      known.streams.set(id, { state: JSON.parse(step.state) as State, version, proven: true });
      folded.set(id, version);
    } else {
      const { state } = known.streams.get(id)!;
      known.streams.set(id, {
        state: decider.evolve(state, decider.catalog.read(step)),
        version,
        proven: true,
      });
    }
  }
  for (const [id, version] of before) onFolded(id, folded.get(id) ?? version, known.streams.get(id)!);
}

export async function loadAnswers(
  pool: pg.Pool,
  known: LoadedState<unknown>,
  keys: readonly IdempotencyKey[],
): Promise<void> {
  if (keys.length === 0) return;
  const stored = await readAnswers(pool, keys);
  for (const key of keys) known.answers.set(keyId(key), undefined);
  for (const answer of stored) known.answers.set(keyId(answer), answer);
}

export async function loadHolders(
  pool: pg.Pool,
  known: LoadedState<unknown>,
  claims: readonly Claim[],
): Promise<void> {
  if (claims.length === 0) return;
  const held = await readClaims(pool, claims);
  for (const claim of claims) known.holders.delete(claimId(claim));
  for (const claim of held) known.holders.set(claimId(claim), claim.aggregateId);
}
