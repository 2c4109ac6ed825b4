import type pg from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import type { DomainEvent } from '@eventfleet/contracts';
import type { Claim, Decider } from '@eventfleet/domain';
import { isConflict, isConnectionError, sqlState, withClient } from '@eventfleet/postgres';
import { failpoint, isTransient } from '@eventfleet/resilience';
import { EventStoreError, storeUnavailable } from '../event-store.errors.js';
import { appendBatchSize, appendConflicts, appendDuration, appendsInDoubt } from '../event-store.metrics.js';
import { appendBatch, type NewEvent } from '../sql/append-batch.js';
import { wasAppended } from '../sql/was-appended.js';
import type { AggregateCache } from './aggregate-cache.js';
import { decideBatch, type BatchPlan, type Settlement, type ClockAndIds } from './decide-batch.js';
import { claimId, LoadedState, keyId } from './loaded-state.js';
import { loadAnswers, loadHolders, loadStreams } from './load.js';
import type { PendingCommand as Pending } from './pending-command.js';
import type { SnapshotWriter } from './snapshot-writer.js';

export interface ExecutionContext<State, Command, Event extends DomainEvent> {
  readonly pool: pg.Pool;
  readonly decider: Decider<State, Command, Event>;
  readonly cache: AggregateCache<State>;
  readonly snapshots: SnapshotWriter;
  readonly stamp: ClockAndIds;
  readonly deadlineMs: number;
  readonly unreachableMs: number;
  /** Told whenever the store has answered something, be it a refusal. */
  readonly onAnswer: () => void;
  /** Told after every durable append. */
  readonly onAppended: (events: readonly NewEvent[]) => void;
}

interface InDoubt<State, Command> {
  readonly attempt: readonly Pending<Command>[];
  readonly plan: BatchPlan<State>;
}

const FIRST_RETRY_MS = 10;
const LONGEST_RETRY_MS = 200;

/**
 * Sees a batch of commands through: decide, append, and after a refusal learn what is true now and decide again,
 * in smaller portions each time, until every command has its outcome or its deadline has passed.
 * An append whose connection broke is in doubt: before anything is sent again the store is asked whether it was
 * committed. While it may still commit, whatever is sent again collides with it, and the question is asked anew.
 */
export async function executeBatch<State, Command, Event extends DomainEvent>(
  context: ExecutionContext<State, Command, Event>,
  batch: readonly Pending<Command>[],
): Promise<void> {
  const known = new LoadedState<State>();
  const doubts: InDoubt<State, Command>[] = [];
  let waiting = batch;
  let portion = batch.length;
  let failures = 0;
  let unreachable: unknown;
  let refused: BatchPlan<State> | undefined;

  while ((waiting = rejectExpired(context, waiting, unreachable)).length > 0) {
    const attempt = waiting.slice(0, portion);
    let plan: BatchPlan<State> | undefined;
    try {
      await learn(context, known, attempt, refused ?? (unreachable ? 'everything' : undefined));
      const committed = await findCommitted(context, doubts);
      [refused, unreachable] = [undefined, undefined];
      if (committed) {
        doubts.splice(doubts.indexOf(committed), 1);
        conclude(context, known, committed.plan, committed.attempt);
        waiting = waiting.filter((pending) => !committed.attempt.includes(pending));
        continue;
      }
      plan = await decideOnProof(context, known, attempt);
      await append(context, plan);
      failUndecided(doubts, attempt, plan);
      conclude(context, known, plan, attempt);
      waiting = waiting.slice(attempt.length);
    } catch (error) {
      failures++;
      if (isConnectionError(error)) {
        if (plan && plan.batch.events.length > 0) {
          doubts.push({ attempt, plan });
          appendsInDoubt.inc();
        }
        unreachable = error;
        await delay(Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS));
        continue;
      }
      if (sqlState(error) !== undefined) context.onAnswer();
      if (isConflict(error) && plan) {
        refused = plan;
        appendConflicts.inc();
        if (failures > 1) portion = Math.ceil(attempt.length / 2);
      } else if (attempt.length > 1) {
        portion = 1;
      } else {
        attempt[0]!.settle({ kind: 'failed', error: isTransient(error) ? storeUnavailable(error) : error });
        waiting = waiting.slice(1);
      }
    }
  }
}

function rejectExpired<State, Command, Event extends DomainEvent>(
  context: ExecutionContext<State, Command, Event>,
  waiting: readonly Pending<Command>[],
  unreachable: unknown,
): readonly Pending<Command>[] {
  const limit = unreachable ? context.unreachableMs : context.deadlineMs;
  const now = performance.now();
  return waiting.filter((pending) => {
    if (pending.isSettled) return false;
    if (now - pending.arrivedAt < limit) return true;
    const error = unreachable
      ? storeUnavailable(unreachable)
      : new EventStoreError('write-conflict', 'other writers came first until the deadline');
    pending.settle({ kind: 'failed', error });
    return false;
  });
}

/** Gathers what the commands are decided on. After a refused or broken append all of it is read from the store. */
async function learn<State, Command, Event extends DomainEvent>(
  context: ExecutionContext<State, Command, Event>,
  known: LoadedState<State>,
  attempt: readonly Pending<Command>[],
  stale: BatchPlan<State> | 'everything' | undefined,
): Promise<void> {
  const toRead = new Set<string>();
  for (const { request } of attempt) {
    const id = request.aggregateId;
    if (stale) toRead.add(id);
    if (known.streams.has(id)) continue;
    const cached = context.cache.get(id);
    if (cached) known.streams.set(id, { ...cached, proven: false });
    else if (request.isNewId)
      known.streams.set(id, { state: context.decider.initialState, version: 0, proven: true });
    else toRead.add(id);
  }
  const keys = attempt
    .flatMap(({ request }) => request.idempotency ?? [])
    .filter((key) => stale || !known.answers.has(keyId(key)));
  await Promise.all([
    refresh(context, known, toRead),
    loadAnswers(context.pool, known, keys),
    stale && stale !== 'everything' ? loadHolders(context.pool, known, claimsTaken(stale)) : undefined,
  ]);
  if (toRead.size + keys.length > 0) context.onAnswer();
}

async function refresh<State, Command, Event extends DomainEvent>(
  { pool, decider, snapshots }: ExecutionContext<State, Command, Event>,
  known: LoadedState<State>,
  aggregateIds: Iterable<string>,
): Promise<void> {
  await loadStreams(pool, decider, known, aggregateIds, (id, fromVersion, { state, version }) =>
    snapshots.consider(id, fromVersion, state, version),
  );
}

async function decideOnProof<State, Command, Event extends DomainEvent>(
  context: ExecutionContext<State, Command, Event>,
  known: LoadedState<State>,
  attempt: readonly Pending<Command>[],
  checked: ReadonlySet<string> = new Set(),
): Promise<BatchPlan<State>> {
  const requests = attempt.map((pending) => pending.request);
  const plan = decideBatch(context.decider, requests, known, context.stamp);
  const unchecked = plan.contradicted.filter((claim) => !checked.has(claimId(claim)));
  if (plan.unproven.size + unchecked.length === 0) return plan;
  await Promise.all([refresh(context, known, plan.unproven), loadHolders(context.pool, known, unchecked)]);
  context.onAnswer();
  return decideOnProof(context, known, attempt, new Set([...checked, ...unchecked.map(claimId)]));
}

function claimsTaken<State>({ batch: { takes, passing = [] } }: BatchPlan<State>): readonly Claim[] {
  return [...takes, ...passing];
}

async function append<State, Command, Event extends DomainEvent>(
  context: ExecutionContext<State, Command, Event>,
  plan: BatchPlan<State>,
): Promise<void> {
  const { answers, releases, takes, events } = plan.batch;
  if (answers.length + releases.length + takes.length + events.length === 0) return;
  failpoint('before the append');
  const stop = appendDuration.startTimer();
  await withClient(context.pool, (client) => appendBatch(client, plan.batch));
  failpoint('between append and answer');
  stop();
  context.onAnswer();
  appendBatchSize.observe(plan.settlements.length);
}

async function findCommitted<State, Command, Event extends DomainEvent>(
  context: ExecutionContext<State, Command, Event>,
  doubts: readonly InDoubt<State, Command>[],
): Promise<InDoubt<State, Command> | undefined> {
  for (const doubt of doubts) {
    if (await wasAppended(context.pool, doubt.plan.batch.events[0]!)) return doubt;
  }
  return undefined;
}

/**
 * A command that had events in an append which may still commit, and has none now, collides with nothing: what it would
 * be answered may not stay true. One with an idempotency key collides on that.
 */
function failUndecided<State, Command>(
  doubts: readonly InDoubt<State, Command>[],
  attempt: readonly Pending<Command>[],
  plan: BatchPlan<State>,
): void {
  attempt.forEach((pending, index) => {
    if (pending.request.idempotency || hasEvents(plan.settlements[index]!)) return;
    const isInDoubt = doubts.some(({ attempt: earlier, plan: sent }) => {
      const place = earlier.indexOf(pending);
      return place >= 0 && hasEvents(sent.settlements[place]!);
    });
    if (isInDoubt) pending.settle({ kind: 'failed', error: storeUnavailable() });
  });
}

function hasEvents(settlement: Settlement): boolean {
  return settlement.kind === 'accepted' && settlement.events.length > 0;
}

function conclude<State, Command, Event extends DomainEvent>(
  context: ExecutionContext<State, Command, Event>,
  known: LoadedState<State>,
  plan: BatchPlan<State>,
  attempt: readonly Pending<Command>[],
): void {
  for (const [id, stream] of plan.changed) {
    context.snapshots.consider(id, known.streams.get(id)?.version ?? 0, stream.state, stream.version);
    known.streams.set(id, stream);
    context.cache.put(id, stream);
  }
  for (const [id, stream] of known.streams)
    if (stream.proven && stream.version > 0) context.cache.put(id, stream);
  attempt.forEach((pending, index) => pending.settle(plan.settlements[index]!));
  // On a turn of its own: a listener that throws must not look like an append that failed.
  if (plan.batch.events.length > 0) setImmediate(context.onAppended, plan.batch.events);
}
