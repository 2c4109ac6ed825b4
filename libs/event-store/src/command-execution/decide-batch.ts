import { type DomainEvent } from '@eventfleet/contracts';
import { DomainError, type Claim, type Decider } from '@eventfleet/domain';
import { EventStoreError, VersionMismatch } from '../event-store.errors.js';
import type { AppendBatch, IdempotencyAnswer, NewEvent } from '../sql/append-batch.js';
import { ClaimChanges, diffClaims } from './claim-changes.js';
import type { CommandRequest } from './command-request.js';
import type { CommandResult, Decision } from './command-result.js';
import { idempotencyId, type LoadedState, type LoadedStream } from './loaded-state.js';

/** Where new events get their ids and time from. */
export interface ClockAndIds {
  now(): Date;
  newId(): string;
}

/** `failed`: the decider broke, or the idempotency key stands for another request. */
export type PlannedResult = CommandResult | { readonly kind: 'failed'; readonly error: unknown };

/** What is to be appended for a batch of commands, and what each is answered after that. */
export interface BatchPlan<State> {
  /** One for each request, in order; they hold once the batch is appended. */
  readonly results: readonly PlannedResult[];
  readonly batch: Required<AppendBatch>;
  /** The streams that change, as they are after the append. */
  readonly changedStreams: ReadonlyMap<string, LoadedStream<State>>;
  /** Streams whose stale state refused a command or changed nothing: to be read, and all decided again. */
  readonly streamsToRead: ReadonlySet<string>;
  /** Claims taken as free, though another command of the batch releases them: to be read, and all decided again. */
  readonly claimsToRead: readonly Claim[];
}

/**
 * Decides commands in order, each on what the ones before it leave behind, and gathers what is to be written.
 * Pure: nothing is read here. An event may be decided on a stale state, because its append then fails. A refusal or a
 * no-op appends nothing: it needs a fresh state, or a state that an event of this batch has made.
 */
export function decideBatch<State, Command, Event extends DomainEvent>(
  decider: Decider<State, Command, Event>,
  requests: readonly CommandRequest<Command>[],
  loaded: LoadedState<State>,
  clockAndIds: ClockAndIds,
): BatchPlan<State> {
  const changedStreams = new Map<string, LoadedStream<State>>();
  const streamsToRead = new Set<string>();
  const claimChanges = new ClaimChanges(loaded.claimHolders);
  const events: NewEvent[] = [];
  const idempotencyAnswers: IdempotencyAnswer[] = [];

  const results = requests.map((request): PlannedResult => {
    const repeated = findRepeat(request, loaded);
    if (repeated) return repeated;
    const { aggregateId, idempotency } = request;
    const stream = changedStreams.get(aggregateId) ?? loadedStream(loaded, aggregateId);
    try {
      const decision = decideCommand(decider, request, stream, claimChanges, clockAndIds);
      if (decision.kind === 'accepted' && decision.events.length > 0) {
        events.push(...decision.events);
        changedStreams.set(aggregateId, { state: decision.state, version: decision.version, isFresh: true });
      } else if (!stream.isFresh) {
        streamsToRead.add(aggregateId);
      }
      if (idempotency) {
        const { scope, key, fingerprint, render } = idempotency;
        idempotencyAnswers.push({ scope, key, fingerprint, answer: render(decision) });
      }
      return decision;
    } catch (error) {
      return { kind: 'failed', error };
    }
  });

  const { claimsToRead } = claimChanges;
  const batch = { idempotencyAnswers, events, ...claimChanges.netChanges() };
  return { results, batch, changedStreams, streamsToRead, claimsToRead };
}

type DecisionWithState<State> =
  | (Extract<Decision, { kind: 'accepted' }> & { readonly state: State })
  | Extract<Decision, { kind: 'refused' }>;

function decideCommand<State, Command, Event extends DomainEvent>(
  decider: Decider<State, Command, Event>,
  request: CommandRequest<Command>,
  stream: LoadedStream<State>,
  claimChanges: ClaimChanges,
  clockAndIds: ClockAndIds,
): DecisionWithState<State> {
  const { aggregateId, expectedVersions } = request;
  let domainEvents: readonly Event[];
  try {
    domainEvents = decider.decide(request.command, stream.state);
  } catch (error) {
    if (error instanceof DomainError) return { kind: 'refused', error };
    throw error;
  }
  if (expectedVersions && !expectedVersions.includes(stream.version)) {
    return { kind: 'refused', error: new VersionMismatch(expectedVersions, stream.version) };
  }
  const state = domainEvents.reduce((folded, event) => decider.evolve(folded, event), stream.state);
  const { released, taken } = diffClaims(decider.claims(stream.state), decider.claims(state));
  const held = claimChanges.findHeldByAnother(taken, aggregateId);
  if (held) return { kind: 'refused', error: decider.claimRefused(held) };

  const events = toNewEvents(decider, request, domainEvents, stream.version, clockAndIds);
  moveClaims(claimChanges, aggregateId, released, taken);
  return { kind: 'accepted', version: stream.version + events.length, events, state };
}

function toNewEvents<State, Command, Event extends DomainEvent>(
  decider: Decider<State, Command, Event>,
  request: CommandRequest<Command>,
  events: readonly Event[],
  version: number,
  clockAndIds: ClockAndIds,
): NewEvent[] {
  const occurredAt = events.length > 0 ? clockAndIds.now().toISOString() : '';
  return events.map((event, index) => ({
    eventId: clockAndIds.newId(),
    type: event.type,
    schemaVersion: decider.catalog.schemaVersionOf(event.type),
    aggregateType: decider.catalog.aggregateType,
    aggregateId: request.aggregateId,
    version: version + index + 1,
    data: JSON.stringify(event.data),
    occurredAt,
    ...request.metadata,
  }));
}

function moveClaims(
  claimChanges: ClaimChanges,
  aggregateId: string,
  released: readonly Claim[],
  taken: readonly Claim[],
): void {
  for (const claim of released) claimChanges.release(claim, aggregateId);
  for (const claim of taken) claimChanges.take(claim, aggregateId);
}

function findRepeat<State>(
  request: CommandRequest<unknown>,
  loaded: LoadedState<State>,
): PlannedResult | undefined {
  const { idempotency } = request;
  if (!idempotency) return undefined;
  const { scope, formerKey, fingerprint, formerFingerprints = [] } = idempotency;
  const isSame = (answer: IdempotencyAnswer) =>
    answer.fingerprint === fingerprint || formerFingerprints.includes(answer.fingerprint);
  const stored = loaded.idempotencyAnswers.get(idempotencyId(idempotency));
  if (stored && isSame(stored)) return { kind: 'replayed', answer: stored.answer };
  if (stored) return { kind: 'failed', error: keyReused() };
  if (formerKey === undefined) return undefined;
  const former = loaded.idempotencyAnswers.get(idempotencyId({ scope, key: formerKey }));
  return former && isSame(former) ? { kind: 'replayed', answer: former.answer } : undefined;
}

export function keyReused(): EventStoreError {
  return new EventStoreError('idempotency-key-reused', 'the idempotency key was used for another request');
}

function loadedStream<State>(loaded: LoadedState<State>, aggregateId: string): LoadedStream<State> {
  const stream = loaded.streams.get(aggregateId);
  if (!stream) throw new Error(`the stream ${aggregateId} was not loaded`);
  return stream;
}
