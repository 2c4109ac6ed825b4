import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DomainEvent } from '@eventfleet/contracts';
import type { Decider } from '@eventfleet/domain';
import type { EventStore } from '../event-store.js';
import { EventStoreError, storeUnavailable } from '../event-store.errors.js';
import { commandsShed, commandsWaiting } from '../event-store.metrics.js';
import { SNAPSHOT_EVERY, SnapshotWriter } from '../snapshots/snapshot-writer.js';
import type { NewEvent } from '../sql/append-batch.js';
import { AggregateCache } from './aggregate-cache.js';
import type { CommandRequest } from './command-request.js';
import type { CommandResult } from './command-result.js';
import { traceCommand } from './command-spans.js';
import { keyReused, type ClockAndIds } from './decide-batch.js';
import { executeBatch } from './execute-batch.js';
import { idempotencyId } from './loaded-state.js';
import { PendingCommand } from './pending-command.js';
import { ResponseWatchdog } from './response-watchdog.js';

export interface CommandExecutorOptions<State, Command, Event extends DomainEvent> {
  /** On a pool with pipelines, read-only by default (an append says that it writes); two connections are enough. */
  readonly eventStore: EventStore;
  readonly decider: Decider<State, Command, Event>;
  readonly clockAndIds: ClockAndIds;
  /** Called after every durable append of this process. */
  readonly onAppended?: (events: readonly NewEvent[]) => void;
  /** Commands that share one append at most. */
  readonly maxBatch?: number;
  /** States kept in memory. */
  readonly maxCached?: number;
  /** Events of a stream between two of its snapshots. */
  readonly snapshotEvery?: number;
  /** How long a command may wait for its result. */
  readonly deadlineMs?: number;
  /** How long a command waits for a store that cannot be reached, or does not respond. */
  readonly unreachableMs?: number;
  /** Commands that wait for the append under way at most; one more is refused at once. */
  readonly maxWaiting?: number;
  /** Why no command may be accepted now, whatever the queue; undefined if one may. Called once a command. */
  readonly whyOverloaded?: () => string | undefined;
}

const MAX_WAITING = 2_000;
/** An answer within two seconds, the watchdog's check and the way back included. */
const UNREACHABLE_MS = 1_350;

interface InFlight {
  readonly request: CommandRequest<unknown>;
  readonly result: Promise<CommandResult>;
}

/**
 * Executes the commands of one aggregate type, by group commit: while one append is under way the next batch gathers.
 * Commands are decided in the order of their arrival. Guarantees, however many processes run:
 * an accepted command's events, claims and idempotency answer are durable together before its result is returned;
 * two writers never both win a version or a claim; a refusal was true when it was decided and leaves no trace but
 * its stored answer; one idempotency key takes effect once.
 */
export class CommandExecutor<State, Command, Event extends DomainEvent> {
  private readonly cache: AggregateCache<State>;
  private readonly snapshots: SnapshotWriter;
  private readonly inFlight = new Map<string, InFlight>();
  private readonly watchdog: ResponseWatchdog;
  private readonly maxWaiting: number;
  private queue: PendingCommand<Command>[] = [];
  private batch: readonly PendingCommand<Command>[] = [];
  /** Requests that wait for another one with their idempotency key. */
  private waitingRepeats = 0;
  private running: Promise<void> | undefined;

  constructor(private readonly options: CommandExecutorOptions<State, Command, Event>) {
    this.cache = new AggregateCache(options.maxCached ?? 20_000);
    this.snapshots = new SnapshotWriter({
      eventStore: options.eventStore,
      aggregateType: options.decider.catalog.aggregateType,
      schemaVersion: options.decider.stateVersion,
      every: options.snapshotEvery ?? SNAPSHOT_EVERY,
    });
    this.maxWaiting = options.maxWaiting ?? MAX_WAITING;
    this.watchdog = new ResponseWatchdog({
      timeoutMs: options.unreachableMs ?? UNREACHABLE_MS,
      isWaiting: () => this.running !== undefined,
      onTimeout: (arrivedBefore) => this.rejectLate(arrivedBefore),
    });
  }

  /** @throws EventStoreError when the store could not decide the command in time, or at once for `overloaded` */
  execute(request: CommandRequest<Command>): Promise<CommandResult> {
    const { aggregateType } = this.options.decider.catalog;
    return traceCommand(aggregateType, request, (traced) => this.executeOnce(traced));
  }

  /** Forgets the states that are kept in memory: the store may have changed other than by commands. */
  forgetStates(): void {
    this.cache.clear();
    this.options.eventStore.forget();
  }

  /** Resolves when every queued command has its result, and due snapshots are written. */
  async drain(): Promise<void> {
    while (this.running) await this.running;
    await this.snapshots.flush();
  }

  private async executeOnce(request: CommandRequest<Command>): Promise<CommandResult> {
    const { idempotency } = request;
    if (!idempotency) return this.enqueue(request);

    const id = idempotencyId(idempotency);
    for (let other = this.inFlight.get(id); other; other = this.inFlight.get(id)) {
      const answer = await this.waitForAnswer(other);
      if (answer === undefined) continue;
      // Checked after the answer: the other request may itself have been refused, because this one used the key before.
      if (other.request.idempotency?.fingerprint !== idempotency.fingerprint) throw keyReused();
      return { kind: 'replayed', answer };
    }
    const result = this.enqueue(request);
    this.inFlight.set(id, { request, result });
    try {
      return await result;
    } finally {
      this.inFlight.delete(id);
    }
  }

  private enqueue(request: CommandRequest<Command>): Promise<CommandResult> {
    const overload = this.findOverload();
    if (overload) return Promise.reject(overload);
    const pending = new PendingCommand(request);
    this.queue.push(pending);
    this.running ??= this.run();
    this.watchdog.start();
    return pending.result;
  }

  private findOverload(): EventStoreError | undefined {
    const isFull = this.queue.length + this.waitingRepeats >= this.maxWaiting;
    const reason = isFull ? 'too many commands wait' : this.options.whyOverloaded?.();
    if (reason === undefined) return undefined;
    if (isFull && this.watchdog.isUnresponsive) return storeUnavailable();
    commandsShed.inc();
    return new EventStoreError('overloaded', reason);
  }

  private async waitForAnswer(other: InFlight): Promise<string | undefined> {
    const overload = this.findOverload();
    if (overload) throw overload;
    this.waitingRepeats++;
    try {
      return await answerOf(other);
    } finally {
      this.waitingRepeats--;
    }
  }

  /**
   * Commands of the batch under way may still take effect; then a repeat with the same idempotency key gets their
   * answer. Queued commands never will: they leave the queue.
   */
  private rejectLate(arrivedBefore: number): void {
    const cause = new Error('the event store does not respond');
    for (const pending of [...this.batch, ...this.queue])
      if (pending.arrivedAt < arrivedBefore && !pending.isDone) pending.reject(storeUnavailable(cause));
    this.queue = this.queue.filter((pending) => !pending.isDone);
    commandsWaiting.set(this.queue.length);
  }

  private async run(): Promise<void> {
    const { options, cache, snapshots } = this;
    const maxBatch = options.maxBatch ?? 256;
    const context = {
      eventStore: options.eventStore,
      decider: options.decider,
      clockAndIds: options.clockAndIds,
      cache,
      snapshots,
      deadlineMs: options.deadlineMs ?? 5_000,
      unreachableMs: options.unreachableMs ?? UNREACHABLE_MS,
      onStoreAnswered: () => this.watchdog.onAnswer(),
      onAppended: options.onAppended ?? (() => undefined),
    };
    // Requests that arrived in this turn of the event loop share the first batch.
    await nextTurn();
    while (this.queue.length > 0) {
      this.batch = this.queue.splice(0, maxBatch);
      commandsWaiting.set(this.queue.length);
      await executeBatch(context, this.batch);
    }
    this.batch = [];
    this.running = undefined;
  }
}

/**
 * What the other request with the same idempotency key is answered; undefined when it got no decision, or when the key
 * stands for another request.
 * @throws EventStoreError that the other one got because of the store: both are answered alike
 */
async function answerOf({ request, result }: InFlight): Promise<string | undefined> {
  try {
    const answered = await result;
    return answered.kind === 'replayed' ? answered.answer : request.idempotency?.render(answered);
  } catch (error) {
    if (error instanceof EventStoreError && error.code !== 'idempotency-key-reused') throw error;
    return undefined;
  }
}
