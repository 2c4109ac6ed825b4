import type pg from 'pg';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DomainEvent } from '@eventfleet/contracts';
import type { Decider } from '@eventfleet/domain';
import { EventStoreError, storeUnavailable } from '../event-store.errors.js';
import { commandsShed, commandsWaiting } from '../event-store.metrics.js';
import type { NewEvent } from '../sql/append-batch.js';
import { AggregateCache } from './aggregate-cache.js';
import type { CommandRequest, CommandResult } from './command-request.js';
import { keyReused, type ClockAndIds } from './decide-batch.js';
import { keyId } from './loaded-state.js';
import { PendingCommand } from './pending-command.js';
import { executeBatch } from './execute-batch.js';
import { ResponseWatchdog } from './response-watchdog.js';
import { SnapshotWriter } from './snapshot-writer.js';

export interface CommandExecutorOptions<State, Command, Event extends DomainEvent> {
  /** Pipelining, read-only clients (an append says that it writes); two are enough. */
  readonly pool: pg.Pool;
  readonly decider: Decider<State, Command, Event>;
  readonly stamp: ClockAndIds;
  /** Told after every durable append, in this process. */
  readonly onAppended?: (events: readonly NewEvent[]) => void;
  /** Commands that share one append at most. */
  readonly maxBatch?: number;
  /** States kept in memory. */
  readonly maxCached?: number;
  /** Events of a stream between two of its snapshots. */
  readonly snapshotEvery?: number;
  /** How long a command may wait for its outcome. */
  readonly deadlineMs?: number;
  /** How long a command waits for a store that cannot be reached, or that says nothing. */
  readonly unreachableMs?: number;
  /** Commands that wait for the append under way at most; one more is refused at once. */
  readonly maxWaiting?: number;
  /** Why no command may be taken in now, whatever the queue; undefined where one may. Asked once a command. */
  readonly whyOverloaded?: () => string | undefined;
}

const MAX_WAITING = 2_000;
/** An answer within two seconds, the sweep and the way back included. */
const UNREACHABLE_MS = 1_350;

interface InFlight {
  readonly request: CommandRequest<unknown>;
  readonly outcome: Promise<CommandResult>;
}

/**
 * Runs the commands of one aggregate type against the event store. While one append is under way the next batch
 * gathers; commands are decided in the order of their arrival. Guarantees, however many processes run:
 * an accepted command's events, claims and idempotency answer are durable together before its outcome is told;
 * two writers never both win a version or a claim; a refusal was true when it was decided and leaves no trace but
 * its stored answer; one idempotency key takes effect once.
 */
export class CommandExecutor<State, Command, Event extends DomainEvent> {
  private readonly cache: AggregateCache<State>;
  private readonly snapshots: SnapshotWriter;
  private readonly inFlight = new Map<string, InFlight>();
  private readonly silence: ResponseWatchdog;
  private readonly maxWaiting: number;
  private queue: PendingCommand<Command>[] = [];
  private batch: readonly PendingCommand<Command>[] = [];
  /** Requests that wait for another one under their idempotency key. */
  private repeats = 0;
  private working: Promise<void> | undefined;

  constructor(private readonly options: CommandExecutorOptions<State, Command, Event>) {
    this.cache = new AggregateCache(options.maxCached ?? 5_000);
    this.snapshots = new SnapshotWriter({
      pool: options.pool,
      aggregateType: options.decider.catalog.aggregateType,
      schemaVersion: options.decider.stateVersion,
      every: options.snapshotEvery ?? 100,
    });
    this.maxWaiting = options.maxWaiting ?? MAX_WAITING;
    this.silence = new ResponseWatchdog({
      limitMs: options.unreachableMs ?? UNREACHABLE_MS,
      anyoneWaits: () => this.working !== undefined,
      onSilence: (arrivedBefore) => this.giveUpOn(arrivedBefore),
    });
  }

  /** @throws EventStoreError when the store could not decide the command in time, or at once for `overloaded` */
  async execute(request: CommandRequest<Command>): Promise<CommandResult> {
    const { idempotency } = request;
    if (!idempotency) return this.enqueue(request);

    const id = keyId(idempotency);
    for (let other = this.inFlight.get(id); other; other = this.inFlight.get(id)) {
      const answer = await this.waitFor(other);
      if (answer === undefined) continue;
      // Only now is the key the other's: it may have been refused one that was used before, by this very request.
      if (other.request.idempotency?.fingerprint !== idempotency.fingerprint) throw keyReused();
      return { kind: 'replayed', answer };
    }
    const outcome = this.enqueue(request);
    this.inFlight.set(id, { request, outcome });
    try {
      return await outcome;
    } finally {
      this.inFlight.delete(id);
    }
  }

  /** Resolves when every command that was accepted into the queue has its outcome, and due snapshots are written. */
  async drain(): Promise<void> {
    while (this.working) await this.working;
    await this.snapshots.flush();
  }

  private enqueue(request: CommandRequest<Command>): Promise<CommandResult> {
    const refusal = this.whyRefused();
    if (refusal) return Promise.reject(refusal);
    const pending = new PendingCommand(request);
    this.queue.push(pending);
    this.working ??= this.work();
    this.silence.begin();
    return pending.outcome;
  }

  private whyRefused(): EventStoreError | undefined {
    const isFull = this.queue.length + this.repeats >= this.maxWaiting;
    const reason = isFull ? 'too many commands wait' : this.options.whyOverloaded?.();
    if (reason === undefined) return undefined;
    if (isFull && this.silence.isSilent) return storeUnavailable();
    commandsShed.inc();
    return new EventStoreError('overloaded', reason);
  }

  private async waitFor(other: InFlight): Promise<string | undefined> {
    const refusal = this.whyRefused();
    if (refusal) throw refusal;
    this.repeats++;
    try {
      return await answerOf(other);
    } finally {
      this.repeats--;
    }
  }

  /** What was sent may still come true; then the idempotency key knows. What was not sent never will. */
  private giveUpOn(arrivedBefore: number): void {
    const isLate = (pending: PendingCommand<Command>) => pending.arrivedAt < arrivedBefore;
    const late = [...this.batch, ...this.queue].filter((pending) => isLate(pending) && !pending.isSettled);
    const cause = new Error('the event store says nothing');
    for (const pending of late) pending.settle({ kind: 'failed', error: storeUnavailable(cause) });
    this.queue = this.queue.filter((pending) => !pending.isSettled);
    commandsWaiting.set(this.queue.length);
  }

  private async work(): Promise<void> {
    const { options, cache, snapshots } = this;
    const maxBatch = options.maxBatch ?? 256;
    const context = {
      pool: options.pool,
      decider: options.decider,
      stamp: options.stamp,
      cache,
      snapshots,
      deadlineMs: options.deadlineMs ?? 5_000,
      unreachableMs: options.unreachableMs ?? UNREACHABLE_MS,
      onAnswer: () => this.silence.heard(),
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
    this.working = undefined;
  }
}

/**
 * What the other request under the same key was answered; undefined when it got no decision, or was told that the key
 * is another's.
 * @throws EventStoreError that the other one got because of the store: both are answered alike
 */
async function answerOf({ request, outcome }: InFlight): Promise<string | undefined> {
  try {
    const decided = await outcome;
    return decided.kind === 'replayed' ? decided.answer : request.idempotency?.render(decided);
  } catch (error) {
    if (error instanceof EventStoreError && error.code !== 'idempotency-key-reused') throw error;
    return undefined;
  }
}
