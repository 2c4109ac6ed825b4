import type { DomainCommand, DomainEvent } from '@eventfleet/contracts';
import { commandId } from './command-id.js';
import type { AnyProcessManager, CommandFor, Message } from './process-manager.js';

/** What the commands and timers that a message causes inherit from it. */
export interface Cause {
  readonly correlationId: string;
  readonly causationId: string;
  readonly traceparent: string;
}

export interface StoredInstance {
  readonly id: string;
  /** JSON; undefined once it has ended. */
  readonly state: string | undefined;
  /** How many commands it has sent. Their numbers are never used again, not even after its end. */
  readonly sent: number;
}

export interface SentCommand extends Cause {
  readonly commandId: string;
  readonly number: number;
  readonly command: CommandFor<DomainCommand>;
}

export interface SetTimer extends Cause {
  readonly dueAt: string;
}

/** An instance of a process manager in memory: it reacts to messages one after the other, and is written afterwards. */
export class ProcessInstance {
  readonly commands: SentCommand[] = [];
  /** By name; null for a timer to delete. */
  readonly timers = new Map<string, SetTimer | null>();
  private state: unknown;

  private constructor(
    private readonly processManager: AnyProcessManager,
    readonly stored: StoredInstance,
    readonly isNew: boolean,
  ) {
    this.state = stored.state === undefined ? undefined : JSON.parse(stored.state);
  }

  static fromStored(processManager: AnyProcessManager, stored: StoredInstance): ProcessInstance {
    return new ProcessInstance(processManager, stored, false);
  }

  static begin(processManager: AnyProcessManager, id: string): ProcessInstance {
    return new ProcessInstance(processManager, { id, state: undefined, sent: 0 }, true);
  }

  get id(): string {
    return this.stored.id;
  }

  get sent(): number {
    return this.stored.sent + this.commands.length;
  }

  /** Whether it has no state: it has ended, or never began. */
  get hasEnded(): boolean {
    return this.state === undefined;
  }

  /** JSON; undefined if it has ended. */
  get stateText(): string | undefined {
    return this.hasEnded ? undefined : JSON.stringify(this.state);
  }

  /** @throws whatever `react` throws; the instance must not be used any more then */
  react(message: Message<DomainEvent>, cause: Cause): void {
    if (message.type === 'timer' && 'name' in message) this.timers.set(message.name, null);
    const { state, commands = [], timers = {} } = this.processManager.react(this.state, message);
    this.state = state;
    for (const command of commands) this.send(command, cause);
    for (const [name, dueAt] of Object.entries(timers)) {
      if (dueAt !== undefined) this.timers.set(name, dueAt === null ? null : { dueAt, ...cause });
    }
    if (state === undefined) for (const name of this.timers.keys()) this.timers.set(name, null);
  }

  private send(command: CommandFor<DomainCommand>, cause: Cause): void {
    const number = this.sent + 1;
    this.commands.push({
      ...cause,
      commandId: commandId(this.processManager.name, this.id, number),
      number,
      command,
    });
  }
}
