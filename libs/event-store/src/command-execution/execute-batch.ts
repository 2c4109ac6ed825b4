import type { DomainEvent } from '@eventfleet/contracts';
import { traceExemplar } from '@eventfleet/observability';
import { isConflict, isConnectionError, sqlState } from '@eventfleet/postgres';
import { failpoint, isTransient } from '@eventfleet/resilience';
import { EventStoreError, storeUnavailable } from '../event-store.errors.js';
import { appendBatchSize, appendConflicts, appendDuration } from '../event-store.metrics.js';
import { isUnreadable } from '../personal-data/decrypt-event.js';
import type { NewEvent } from '../sql/append-batch.js';
import { AppendsInDoubt, type AppendInDoubt } from './appends-in-doubt.js';
import type { CommandRequest } from './command-request.js';
import { traceAppend } from './command-spans.js';
import { decideBatch, type BatchPlan, type ClockAndIds } from './decide-batch.js';
import { loadClaimHolders, loadState, refreshStreams, type LoadContext } from './load-state.js';
import { claimId, LoadedState } from './loaded-state.js';
import type { PendingCommand } from './pending-command.js';
import { RetryPolicy, type RetryLimits } from './retry-policy.js';

export interface ExecutionContext<State, Command, Event extends DomainEvent>
  extends LoadContext<State, Command, Event>, RetryLimits {
  readonly clockAndIds: ClockAndIds;
  /** Called after every durable append. */
  readonly onAppended: (events: readonly NewEvent[]) => void;
}

/**
 * Executes a batch of commands: load, decide, append; after a refused append load again and retry, until every command
 * has its result or its deadline has passed.
 * An append whose connection broke is in doubt. Before anything is sent again the store is asked whether it was
 * committed; so no command takes effect twice.
 */
export async function executeBatch<State, Command, Event extends DomainEvent>(
  context: ExecutionContext<State, Command, Event>,
  batch: readonly PendingCommand<Command>[],
): Promise<void> {
  const loaded = new LoadedState<State>();
  const inDoubt = new AppendsInDoubt<State, Command>(context.eventStore);
  const retry = new RetryPolicy(context, batch.length);
  let waiting = batch;

  while ((waiting = retry.rejectExpired(waiting)).length > 0) {
    const commands = waiting.slice(0, retry.batchSize);
    const requests = commands.map(({ request }) => request);
    let plan: BatchPlan<State> | undefined;
    try {
      await loadState(context, loaded, requests, retry.reload);
      const committed = await inDoubt.takeCommitted();
      retry.onLoaded();
      if (committed) {
        complete(context, loaded, committed);
        continue;
      }
      plan = await decide(context, loaded, requests);
      await append(context, plan, requests);
      inDoubt.rejectUnanswerable({ commands, plan });
      complete(context, loaded, { commands, plan });
    } catch (error) {
      if (isConnectionError(error)) {
        if (plan) inDoubt.add({ commands, plan });
        await retry.onConnectionError(error);
        continue;
      }
      if (sqlState(error) !== undefined) context.onStoreAnswered();
      if (isConflict(error) && plan) {
        appendConflicts.inc();
        retry.onConflict(plan, commands.length);
        continue;
      }
      retry.onOtherError();
      if (commands.length === 1) commands[0]!.reject(toRejection(error));
    }
  }
}

/** Personal data that cannot be read is no outage: whoever waited for it would hold up the commands of others. */
function toRejection(error: unknown): unknown {
  if (isUnreadable(error))
    return new EventStoreError('personal-data-locked', error.message, { cause: error });
  return isTransient(error) ? storeUnavailable(error) : error;
}

/** Decides, and reads what a plan asks for until it asks for nothing more. */
async function decide<State, Command, Event extends DomainEvent>(
  context: ExecutionContext<State, Command, Event>,
  loaded: LoadedState<State>,
  requests: readonly CommandRequest<Command>[],
): Promise<BatchPlan<State>> {
  const alreadyRead = new Set<string>();
  for (;;) {
    const plan = decideBatch(context.decider, requests, loaded, context.clockAndIds);
    const claimsToRead = plan.claimsToRead.filter((claim) => !alreadyRead.has(claimId(claim)));
    if (plan.streamsToRead.size + claimsToRead.length === 0) return plan;
    await Promise.all([
      refreshStreams(context, loaded, plan.streamsToRead),
      loadClaimHolders(context.eventStore, loaded, claimsToRead),
    ]);
    context.onStoreAnswered();
    for (const claim of claimsToRead) alreadyRead.add(claimId(claim));
  }
}

async function append<State, Command, Event extends DomainEvent>(
  { eventStore, onStoreAnswered }: ExecutionContext<State, Command, Event>,
  { batch, results }: BatchPlan<State>,
  requests: readonly CommandRequest<Command>[],
): Promise<void> {
  if (Object.values(batch).every((rows) => rows.length === 0)) return;
  failpoint('before the append');
  const stopTimer = appendDuration.startTimer({}, {});
  await traceAppend(requests, () => eventStore.appendBatch(batch));
  failpoint('between append and answer');
  stopTimer(
    {},
    traceExemplar(requests, ({ metadata }) => metadata.traceparent),
  );
  onStoreAnswered();
  appendBatchSize.observe(results.length);
}

/** After a durable append: keeps the new states, and gives every command its result. */
function complete<State, Command, Event extends DomainEvent>(
  { cache, snapshots, onAppended }: ExecutionContext<State, Command, Event>,
  loaded: LoadedState<State>,
  { commands, plan }: AppendInDoubt<State, Command>,
): void {
  for (const [id, stream] of plan.changedStreams) {
    snapshots.scheduleIfDue(id, loaded.streams.get(id)?.version ?? 0, stream.state, stream.version);
    loaded.streams.set(id, stream);
    cache.put(id, stream);
  }
  for (const [id, stream] of loaded.streams) if (stream.isFresh && stream.version > 0) cache.put(id, stream);
  commands.forEach((command, index) => {
    const result = plan.results[index]!;
    if (result.kind === 'failed') command.reject(result.error);
    else command.resolve(result);
  });
  // On a turn of its own: a listener that throws must not look like an append that failed.
  if (plan.batch.events.length > 0) setImmediate(onAppended, plan.batch.events);
}
