import type {
  CommandCatalog,
  DomainCommand,
  DomainEvent,
  EventCatalog,
  EventEnvelope,
} from '@eventfleet/contracts';

/** A timer that is due. `dueAt` is the time that it was set to, which may be long ago. */
export interface TimerDue<Timer extends string = string> {
  readonly type: 'timer';
  readonly name: Timer;
  /** Both RFC 3339, UTC, milliseconds. */
  readonly dueAt: string;
  /** By the database's clock. */
  readonly firedAt: string;
}

export type Message<Event extends DomainEvent, Timer extends string = string> =
  EventEnvelope<Event> | TimerDue<Timer>;

/** A command, and the aggregate that it is for. */
export type CommandFor<Command extends DomainCommand> = Command & { readonly aggregateId: string };

/** What a message leads to. A timer that it does not name stays as it was. */
export interface Reaction<State, Command extends DomainCommand, Timer extends string = string> {
  /** Plain JSON. Undefined: there is no instance, or it has ended; its timers are gone then. */
  readonly state: State | undefined;
  /** Sent in this order. */
  readonly commands?: readonly CommandFor<Command>[];
  /** By name: when each is due (RFC 3339, UTC), or null to cancel it. A timer that came due is gone unless set again. */
  readonly timers?: Readonly<Partial<Record<Timer, string | null>>>;
}

/**
 * A process manager (saga) as pure functions: no clock, no ids, no I/O inside. It follows events of several topics for
 * many instances, such as one a user, and sends commands. Each event reaches `react` exactly once; those of one
 * aggregate in version order, those of different topics in any order: one may come long before its cause. A timer fires
 * once, late rather than never. Events that happened before it was due may come after it has fired.
 */
export interface ProcessManager<
  State,
  Event extends DomainEvent,
  Command extends DomainCommand,
  Timer extends string = string,
> {
  /** Names its checkpoints, its consumer group and the scope of its instances: another name starts at the beginning. */
  readonly name: string;
  /** One a topic. */
  readonly sources: readonly EventCatalog<Event>[];
  /** Where its commands go. */
  readonly commands: CommandCatalog<Command>;
  /** The instance that an event is for; undefined for none. */
  instanceOf(event: EventEnvelope<Event>): string | undefined;
  /** @param state undefined if there is no instance, or it has ended */
  react(state: State | undefined, message: Message<Event, Timer>): Reaction<State, Command, Timer>;
}

/** A process manager as the runtime sees it: its states are opaque JSON. */
export type AnyProcessManager = ProcessManager<unknown, DomainEvent, DomainCommand>;
