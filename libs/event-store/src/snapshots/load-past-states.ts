import type { DomainEvent } from '@eventfleet/contracts';
import type { StateFold } from '@eventfleet/domain';
import type { EventStore } from '../event-store.js';
import { EventStoreError } from '../event-store.errors.js';

/** An aggregate as its first `version` events made it. */
export interface PastState<State> {
  readonly state: State;
  /** 0: it had no event yet. */
  readonly version: number;
  /** When its first event occurred, and its last one; undefined if it had none, or if that was not read. */
  readonly createdAt?: string;
  readonly updatedAt?: string;
}

export interface WantedState<State> {
  readonly aggregateId: string;
  readonly version: number;
  /** What is known of it already, at this version or an earlier one. */
  readonly known?: PastState<State>;
}

export interface LoadPastOptions {
  /** Of one stream; more are read only if snapshots are missing. */
  readonly maxEvents?: number;
}

/** Of each stream, in one query. */
const EVENTS_A_QUERY = 250;

/**
 * Folds aggregates as they were at a version, each from its nearest snapshot. A stream that is not there so far is
 * folded as far as it is: look at the `version` of the result.
 * @returns by aggregate id, one for each that is wanted
 * @throws ContractError if an event cannot be read
 * @throws EventStoreError `overloaded` if more than `maxEvents` of a stream lie behind its nearest snapshot
 */
export async function loadPastStates<State, Event extends DomainEvent>(
  eventStore: Pick<EventStore, 'readPast'>,
  fold: StateFold<State, Event>,
  wanted: readonly WantedState<State>[],
  { maxEvents = Infinity }: LoadPastOptions = {},
): Promise<Map<string, PastState<State>>> {
  const none: PastState<State> = { state: fold.initialState, version: 0 };
  const states = new Map(wanted.map(({ aggregateId, known }) => [aggregateId, known ?? none]));
  let incomplete = wanted.filter(({ aggregateId, version }) => states.get(aggregateId)!.version < version);
  for (let read = 0; incomplete.length > 0; read += EVENTS_A_QUERY) {
    if (read >= maxEvents)
      throw new EventStoreError('overloaded', 'the snapshots of a stream are not made yet');
    const steps = await eventStore.readPast({
      aggregateType: fold.catalog.aggregateType,
      wanted: incomplete.map(({ aggregateId, version }) => {
        return { aggregateId, version, knownVersion: states.get(aggregateId)!.version };
      }),
      snapshotSchemaVersion: fold.stateVersion,
      limit: EVENTS_A_QUERY,
    });
    const counts = new Map<string, number>();
    for (const step of steps) {
      const { aggregateId: id, version } = step;
      counts.set(id, (counts.get(id) ?? 0) + 1);
      const before = states.get(id)!;
      if (step.kind === 'snapshot') {
        states.set(id, { ...before, state: JSON.parse(step.state) as State, version });
        continue;
      }
      states.set(id, {
        state: fold.evolve(before.state, fold.catalog.read(step)),
        version,
        ...(version === 1
          ? { createdAt: step.occurredAt }
          : before.createdAt && { createdAt: before.createdAt }),
        updatedAt: step.occurredAt,
      });
    }
    incomplete = incomplete.filter(({ aggregateId, version }) => {
      const isCutOff = (counts.get(aggregateId) ?? 0) >= EVENTS_A_QUERY;
      return isCutOff && states.get(aggregateId)!.version < version;
    });
  }
  return states;
}
