import type pg from 'pg';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Decider, DomainEvent } from '@eventfleet/contracts';
import type { NewEvent } from '../sql/append-batch.js';
import { AggregateCache } from './aggregate-cache.js';
import type { CommandRequest, Outcome } from './command-request.js';
import { keyReused, type Stamp } from './decide-batch.js';
import { keyId } from './knowledge.js';
import { settleBatch, type Pending } from './settle-batch.js';
import { SnapshotWriter } from './snapshot-writer.js';

export interface GroupCommitOptions<State, Command, Event extends DomainEvent> {
  /** Pipelining clients; two are enough. */
  readonly pool: pg.Pool;
  readonly decider: Decider<State, Command, Event>;
  readonly stamp: Stamp;
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
  /** How long a command waits for a store that cannot be reached. */
  readonly unreachableMs?: number;
}

interface InFlight {
  readonly request: CommandRequest<unknown>;
  readonly outcome: Promise<Outcome>;
}

/**
 * Runs the commands of one aggregate type against the event store. While one append is under way the next batch
 * gathers; commands are decided in the order of their arrival. Guarantees, however many processes run:
 * an accepted command's events, claims and idempotency answer are durable together before its outcome is told;
 * two writers never both win a version or a claim; a refusal was true when it was decided and leaves no trace but
 * its stored answer; one idempotency key takes effect once.
 */
export class GroupCommit<State, Command, Event extends DomainEvent> {
  private readonly cache: AggregateCache<State>;
  private readonly snapshots: SnapshotWriter;
  private readonly inFlight = new Map<string, InFlight>();
  private queue: Pending<Command>[] = [];
  private working: Promise<void> | undefined;

  constructor(private readonly options: GroupCommitOptions<State, Command, Event>) {
    this.cache = new AggregateCache(options.maxCached ?? 5_000);
    this.snapshots = new SnapshotWriter({
      pool: options.pool,
      aggregateType: options.decider.catalog.aggregateType,
      schemaVersion: options.decider.stateVersion,
      every: options.snapshotEvery ?? 100,
    });
  }

  /** @throws EventStoreError when the store could not decide the command in time */
  async execute(request: CommandRequest<Command>): Promise<Outcome> {
    const { idempotency } = request;
    if (!idempotency) return this.enqueue(request);

    const id = keyId(idempotency);
    for (let other = this.inFlight.get(id); other; other = this.inFlight.get(id)) {
      if (other.request.idempotency?.fingerprint !== idempotency.fingerprint) throw keyReused();
      const answer = await answerOf(other);
      if (answer !== undefined) return { kind: 'replayed', answer };
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

  private enqueue(request: CommandRequest<Command>): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.queue.push({
        request,
        arrivedAt: performance.now(),
        settle: (settlement) => {
          if (settlement.kind === 'failed') reject(settlement.error);
          else resolve(settlement);
        },
      });
      this.working ??= this.work();
    });
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
      unreachableMs: options.unreachableMs ?? 1_000,
      onAppended: options.onAppended ?? (() => undefined),
    };
    // Requests that arrived in this turn of the event loop share the first batch.
    await nextTurn();
    while (this.queue.length > 0) await settleBatch(context, this.queue.splice(0, maxBatch));
    this.working = undefined;
  }
}

/** What the other request under the same key was answered; undefined when it got no decision. */
async function answerOf({ request, outcome }: InFlight): Promise<string | undefined> {
  try {
    const decided = await outcome;
    return decided.kind === 'replayed' ? decided.answer : request.idempotency?.render(decided);
  } catch {
    return undefined;
  }
}
