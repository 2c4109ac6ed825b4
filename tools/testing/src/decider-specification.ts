import assert from 'node:assert/strict';

/** What the specification needs of a decider: the pure functions, not its claims or its catalog. */
interface Decidable<State, Command, Event> {
  readonly initialState: State;
  decide(command: Command, state: State): readonly Event[];
  evolve(state: State, event: Event): State;
}

export interface GivenHistory<Command, Event> {
  given(...history: readonly Event[]): { when(command: Command): Expectation<Event> };
}

export interface Expectation<Event> {
  /** Exactly these events, in this order. */
  expectEvents(...events: readonly Event[]): void;
  expectNothing(): void;
  /** Refused with an error of exactly this code. */
  expectRefusal(code: string): void;
}

/**
 * `specify(userDecider).given(created).when(updateUser).expectEvents(updated)`: the history is folded by the decider's
 * own `evolve`, so a test never builds a state by hand.
 */
export function specify<State, Command, Event>(
  decider: Decidable<State, Command, Event>,
): GivenHistory<Command, Event> {
  return {
    given: (...history) => ({
      when(command) {
        const state = history.reduce((folded, event) => decider.evolve(folded, event), decider.initialState);
        const decide = () => decider.decide(command, state);
        return {
          expectEvents: (...events) => assert.deepEqual(decide(), events),
          expectNothing: () => assert.deepEqual(decide(), []),
          expectRefusal: (code) => assert.equal(codeOf(decide), code),
        };
      },
    }),
  };
}

function codeOf(decide: () => unknown): unknown {
  try {
    decide();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return error.code;
    throw error;
  }
  return undefined;
}
