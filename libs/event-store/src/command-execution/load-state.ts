import type { DomainEvent } from '@eventfleet/contracts';
import type { Claim, Decider } from '@eventfleet/domain';
import type { EventStore } from '../event-store.js';
import type { SnapshotWriter } from '../snapshots/snapshot-writer.js';
import type { IdempotencyKey } from '../sql/append-batch.js';
import type { AggregateCache } from './aggregate-cache.js';
import type { CommandRequest, Idempotency } from './command-request.js';
import { claimId, idempotencyId, type LoadedState } from './loaded-state.js';

export interface LoadContext<State, Command, Event extends DomainEvent> {
  readonly eventStore: EventStore;
  readonly decider: Decider<State, Command, Event>;
  readonly cache: AggregateCache<State>;
  readonly snapshots: SnapshotWriter;
  /** Called whenever the store has answered. */
  readonly onStoreAnswered: () => void;
}

/** After an append that was refused, or whose connection broke: nothing that was loaded before is relied on. */
export interface Reload {
  /** Their holders are read as well. */
  readonly claims: readonly Claim[];
}

/**
 * Loads what these commands are decided on: streams from the cache if they are there, which may be stale, else from the
 * store; a new id's stream is empty without being read. A reload takes all streams and answers from the store.
 */
export async function loadState<State, Command, Event extends DomainEvent>(
  context: LoadContext<State, Command, Event>,
  loaded: LoadedState<State>,
  requests: readonly CommandRequest<Command>[],
  reload: Reload | undefined,
): Promise<void> {
  const toRead = new Set<string>();
  const mayLackPersonalData = new Set<string>();
  for (const { aggregateId: id, isNewId, mayLackPersonalData: mayLack } of requests) {
    if (mayLack) mayLackPersonalData.add(id);
    if (reload) toRead.add(id);
    if (loaded.streams.has(id)) continue;
    if (isNewId) {
      loaded.streams.set(id, { state: context.decider.initialState, version: 0, isFresh: true });
      continue;
    }
    const cached = context.cache.get(id);
    if (cached) loaded.streams.set(id, { ...cached, isFresh: false });
    else toRead.add(id);
  }
  const keys = requests
    .flatMap(({ idempotency }) => (idempotency ? keysOf(idempotency) : []))
    .filter((key) => reload || !loaded.idempotencyAnswers.has(idempotencyId(key)));
  await Promise.all([
    refreshStreams(context, loaded, toRead, mayLackPersonalData),
    loadIdempotencyAnswers(context.eventStore, loaded, keys),
    reload && loadClaimHolders(context.eventStore, loaded, reload.claims),
  ]);
  if (toRead.size + keys.length > 0) context.onStoreAnswered();
}

/** Brings streams up to date from the store: a newer snapshot, and the events after it, on top of what is loaded. */
export async function refreshStreams<State, Command, Event extends DomainEvent>(
  { eventStore, decider, snapshots }: LoadContext<State, Command, Event>,
  loaded: LoadedState<State>,
  aggregateIds: Iterable<string>,
  mayLackPersonalData?: ReadonlySet<string>,
): Promise<void> {
  const loadedVersions = new Map<string, number>();
  for (const id of aggregateIds) loadedVersions.set(id, loaded.streams.get(id)?.version ?? 0);
  if (loadedVersions.size === 0) return;
  const steps = await eventStore.readStreams({
    aggregateType: decider.catalog.aggregateType,
    loadedVersions,
    snapshotSchemaVersion: decider.stateVersion,
    mayLackPersonalData,
  });
  for (const id of loadedVersions.keys()) {
    const base = loaded.streams.get(id) ?? { state: decider.initialState, version: 0 };
    loaded.streams.set(id, { ...base, isFresh: true });
  }
  const snapshotVersions = new Map<string, number>();
  for (const step of steps) {
    const { aggregateId: id, version } = step;
    if (step.kind === 'snapshot') {
      loaded.streams.set(id, { state: JSON.parse(step.state) as State, version, isFresh: true });
      snapshotVersions.set(id, version);
    } else {
      const { state } = loaded.streams.get(id)!;
      loaded.streams.set(id, {
        state: decider.evolve(state, decider.catalog.read(step)),
        version,
        isFresh: true,
      });
    }
  }
  for (const [id, loadedVersion] of loadedVersions) {
    const { state, version } = loaded.streams.get(id)!;
    snapshots.scheduleIfDue(id, snapshotVersions.get(id) ?? loadedVersion, state, version);
  }
}

/** Reads who holds these claims now. */
export async function loadClaimHolders(
  eventStore: EventStore,
  loaded: LoadedState<unknown>,
  claims: readonly Claim[],
): Promise<void> {
  if (claims.length === 0) return;
  const held = await eventStore.readClaims(claims);
  for (const claim of claims) loaded.claimHolders.delete(claimId(claim));
  for (const claim of held) loaded.claimHolders.set(claimId(claim), claim.aggregateId);
}

function keysOf(idempotency: Idempotency): IdempotencyKey | readonly IdempotencyKey[] {
  const { scope, formerKey } = idempotency;
  return formerKey === undefined ? idempotency : [idempotency, { scope, key: formerKey }];
}

async function loadIdempotencyAnswers(
  eventStore: EventStore,
  loaded: LoadedState<unknown>,
  keys: readonly IdempotencyKey[],
): Promise<void> {
  if (keys.length === 0) return;
  const stored = await eventStore.readIdempotencyAnswers(keys);
  for (const key of keys) loaded.idempotencyAnswers.set(idempotencyId(key), undefined);
  for (const answer of stored) loaded.idempotencyAnswers.set(idempotencyId(answer), answer);
}
