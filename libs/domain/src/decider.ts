import type { DomainEvent, EventCatalog } from '@eventfleet/contracts';
import type { DomainError } from './domain.error.js';

/** A value that at most one live aggregate may hold, such as a user's email. */
export interface Claim {
  readonly scope: string;
  readonly key: string;
}

/** What the events of an aggregate come to, as pure functions: no clock, no ids, no I/O inside. */
export interface StateFold<State, Event extends DomainEvent> {
  readonly catalog: EventCatalog<Event>;
  readonly initialState: State;
  /** Raise it whenever `State` or `evolve` changes: snapshots of other versions are ignored. The state is plain JSON. */
  readonly stateVersion: number;
  evolve(state: State, event: Event): State;
}

/**
 * An aggregate as pure functions (the Decider pattern of Jérémie Chassaing): no clock, no ids, no I/O inside.
 * The same state and command always give the same events.
 */
export interface Decider<State, Command, Event extends DomainEvent> extends StateFold<State, Event> {
  /** @throws DomainError when the command is refused; no events mean that nothing changes */
  decide(command: Command, state: State): readonly Event[];
  /** What an aggregate in this state holds exclusively. The store takes and releases the difference. */
  claims(state: State): readonly Claim[];
  /** The refusal for a claim that another aggregate holds. */
  claimRefused(claim: Claim): DomainError;
}
