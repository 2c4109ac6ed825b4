import type { DomainEvent } from '@eventfleet/contracts';
import { DomainError, type Claim, type Decider } from '@eventfleet/domain';
import { EventStoreError, VersionMismatch } from '../event-store.errors.js';
import type { AppendBatch, NewEvent, StoredAnswer } from '../sql/append-batch.js';
import { ClaimChanges, diffClaims } from './claim-changes.js';
import type { CommandRequest, Decision, CommandResult } from './command-request.js';
import { keyId, type LoadedState, type LoadedStream } from './loaded-state.js';

/** Where new events get their ids and time from. */
export interface ClockAndIds {
  now(): Date;
  newId(): string;
}

export type Settlement = CommandResult | { readonly kind: 'failed'; readonly error: unknown };

export interface BatchPlan<State> {
  /** One for each request, in order; they hold once the batch is appended. */
  readonly settlements: readonly Settlement[];
  readonly batch: AppendBatch;
  /** The streams that change, as they are after the append. */
  readonly changed: ReadonlyMap<string, LoadedStream<State>>;
  /** Streams whose unproven state refused a command or changed nothing: to be read, and all decided again. */
  readonly unproven: ReadonlySet<string>;
  /** Claims that were taken for free, though another command of the batch lets them go: their holders are to be read. */
  readonly contradicted: readonly Claim[];
}

/**
 * Decides commands in order, each on what the ones before it leave behind, and gathers what is to be written.
 * Pure: nothing is read here. A refusal or a no-op stands only on proven knowledge, or on an event of this very
 * batch, whose append then proves it; an event needs no proof, because its append is one.
 */
export function decideBatch<State, Command, Event extends DomainEvent>(
  decider: Decider<State, Command, Event>,
  requests: readonly CommandRequest<Command>[],
  known: LoadedState<State>,
  stamp: ClockAndIds,
): BatchPlan<State> {
  const changed = new Map<string, LoadedStream<State>>();
  const unproven = new Set<string>();
  const ledger = new ClaimChanges(known.holders);
  const events: NewEvent[] = [];
  const answers: StoredAnswer[] = [];

  const settlements = requests.map((request): Settlement => {
    const repeated = findRepeat(request, known);
    if (repeated) return repeated;
    const stream = changed.get(request.aggregateId) ?? streamOf(known, request.aggregateId);
    try {
      const decided = decideOne(decider, request, stream, ledger, stamp);
      if (decided.kind === 'accepted' && decided.events.length > 0) {
        events.push(...decided.events);
        changed.set(request.aggregateId, { state: decided.state, version: decided.version, proven: true });
      } else if (!stream.proven) {
        unproven.add(request.aggregateId);
      }
      const { idempotency } = request;
      if (idempotency) {
        const { scope, key, fingerprint, render } = idempotency;
        answers.push({ scope, key, fingerprint, answer: render(decided) });
      }
      return decided;
    } catch (error) {
      return { kind: 'failed', error };
    }
  });

  const { contradicted } = ledger;
  return { settlements, changed, unproven, contradicted, batch: { answers, events, ...ledger.netChanges() } };
}

type DecisionWithState<State> =
  | (Extract<Decision, { kind: 'accepted' }> & { readonly state: State })
  | Extract<Decision, { kind: 'refused' }>;

function decideOne<State, Command, Event extends DomainEvent>(
  decider: Decider<State, Command, Event>,
  request: CommandRequest<Command>,
  stream: LoadedStream<State>,
  ledger: ClaimChanges,
  stamp: ClockAndIds,
): DecisionWithState<State> {
  const { aggregateId, expectedVersion } = request;
  let domainEvents: readonly Event[];
  try {
    domainEvents = decider.decide(request.command, stream.state);
  } catch (error) {
    if (error instanceof DomainError) return { kind: 'refused', error };
    throw error;
  }
  if (expectedVersion !== undefined && expectedVersion !== stream.version) {
    return { kind: 'refused', error: new VersionMismatch(expectedVersion, stream.version) };
  }
  const state = domainEvents.reduce((folded, event) => decider.evolve(folded, event), stream.state);
  const { released, taken } = diffClaims(decider.claims(stream.state), decider.claims(state));
  const held = ledger.findHeldByAnother(taken, aggregateId);
  if (held) return { kind: 'refused', error: decider.claimRefused(held) };

  const events = record(decider, request, domainEvents, stream.version, stamp);
  moveClaims(ledger, aggregateId, released, taken);
  return { kind: 'accepted', version: stream.version + events.length, events, state };
}

function record<State, Command, Event extends DomainEvent>(
  decider: Decider<State, Command, Event>,
  request: CommandRequest<Command>,
  events: readonly Event[],
  version: number,
  stamp: ClockAndIds,
): NewEvent[] {
  const occurredAt = events.length > 0 ? stamp.now().toISOString() : '';
  return events.map((event, index) => ({
    eventId: stamp.newId(),
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
  ledger: ClaimChanges,
  aggregateId: string,
  released: readonly Claim[],
  taken: readonly Claim[],
): void {
  for (const claim of released) ledger.release(claim, aggregateId);
  for (const claim of taken) ledger.take(claim, aggregateId);
}

function findRepeat<State>(
  request: CommandRequest<unknown>,
  known: LoadedState<State>,
): Settlement | undefined {
  if (!request.idempotency) return undefined;
  const stored = known.answers.get(keyId(request.idempotency));
  if (!stored) return undefined;
  if (stored.fingerprint === request.idempotency.fingerprint)
    return { kind: 'replayed', answer: stored.answer };
  return { kind: 'failed', error: keyReused() };
}

export function keyReused(): EventStoreError {
  return new EventStoreError('idempotency-key-reused', 'the idempotency key was used for another request');
}

function streamOf<State>(known: LoadedState<State>, aggregateId: string): LoadedStream<State> {
  const stream = known.streams.get(aggregateId);
  if (!stream) throw new Error(`the stream ${aggregateId} was not loaded`);
  return stream;
}
