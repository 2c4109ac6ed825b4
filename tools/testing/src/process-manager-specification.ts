import assert from 'node:assert/strict';

/** What the specification needs of a process manager: its one pure function. */
interface Reacting<State, Message, Command> {
  react(state: State | undefined, message: Message): Reacted<State, Command>;
}

interface Reacted<State, Command> {
  readonly state: State | undefined;
  readonly commands?: readonly Command[];
  readonly timers?: Readonly<Record<string, string | null | undefined>>;
}

export interface GivenMessages<Message, Command> {
  given(...messages: readonly Message[]): { when(message: Message): ReactionOutcome<Command> };
}

export interface ReactionOutcome<Command> {
  /** Exactly these commands, in this order. */
  expectCommands(...commands: readonly Command[]): ReactionOutcome<Command>;
  /** Exactly these timers run afterwards, by name and due time. */
  expectTimers(timers: Readonly<Record<string, string>>): ReactionOutcome<Command>;
  /** No command, and neither an instance nor a timer is left. */
  expectEnded(): void;
}

/**
 * `specifyProcessManager(onboarding).given(created).when(verified).expectEnded()`: the messages before are folded by the
 * process manager's own `react`, and timers are kept as the runtime keeps them; so a test never builds a state by hand.
 */
export function specifyProcessManager<State, Message extends { readonly type: string }, Command>(
  processManager: Reacting<State, Message, Command>,
): GivenMessages<Message, Command> {
  function outcome(messages: readonly Message[]): ReactionOutcome<Command> {
    let state: State | undefined;
    let commands: readonly Command[] = [];
    const timers = new Map<string, string>();
    for (const message of messages) {
      if (message.type === 'timer' && 'name' in message) timers.delete(String(message.name));
      const reaction = processManager.react(state, message);
      ({ state, commands = [] } = reaction);
      for (const [name, dueAt] of Object.entries(reaction.timers ?? {})) {
        if (dueAt === null) timers.delete(name);
        else if (dueAt !== undefined) timers.set(name, dueAt);
      }
      if (state === undefined) timers.clear();
    }
    const result: ReactionOutcome<Command> = {
      expectCommands(...expected) {
        assert.deepEqual(commands, expected);
        return result;
      },
      expectTimers(expected) {
        assert.deepEqual(Object.fromEntries(timers), expected);
        return result;
      },
      expectEnded() {
        assert.deepEqual(
          { state, commands, timers: [...timers] },
          { state: undefined, commands: [], timers: [] },
        );
      },
    };
    return result;
  }
  return { given: (...history) => ({ when: (message) => outcome([...history, message]) }) };
}
