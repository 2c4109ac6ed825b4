import type { EventStore } from '../event-store.js';
import { storeUnavailable } from '../event-store.errors.js';
import { appendsInDoubt } from '../event-store.metrics.js';
import type { BatchPlan, PlannedResult } from './decide-batch.js';
import type { PendingCommand } from './pending-command.js';

/** An append whose connection broke before the answer: it may have been committed, or still be. */
export interface AppendInDoubt<State, Command> {
  readonly commands: readonly PendingCommand<Command>[];
  readonly plan: BatchPlan<State>;
}

/**
 * The appends of one batch whose outcome is unknown. The store knows it by the events' ids. While an append may still
 * be committed, whatever is sent again for its streams collides with it.
 */
export class AppendsInDoubt<State, Command> {
  private readonly appends: AppendInDoubt<State, Command>[] = [];

  constructor(private readonly eventStore: EventStore) {}

  /** One without events leaves nothing behind that could be found. */
  add(append: AppendInDoubt<State, Command>): void {
    if (append.plan.batch.events.length === 0) return;
    this.appends.push(append);
    appendsInDoubt.inc();
  }

  /** Asks the store for one that was committed, and forgets it: its outcome is known. */
  async takeCommitted(): Promise<AppendInDoubt<State, Command> | undefined> {
    for (const [index, append] of this.appends.entries()) {
      if (!(await this.eventStore.wasAppended(append.plan.batch.events[0]!))) continue;
      this.appends.splice(index, 1);
      return append;
    }
    return undefined;
  }

  /**
   * Rejects commands that had events in an append in doubt and have none in `plan`: nothing of them collides with that
   * append, so what they would be answered may not stay true. A command with an idempotency key collides on the key.
   */
  rejectUnanswerable({ commands, plan }: AppendInDoubt<State, Command>): void {
    if (this.appends.length === 0) return;
    commands.forEach((command, index) => {
      if (command.request.idempotency || hasEvents(plan.results[index]!)) return;
      if (this.hasEventsOf(command)) command.reject(storeUnavailable());
    });
  }

  private hasEventsOf(command: PendingCommand<Command>): boolean {
    return this.appends.some(({ commands, plan }) => {
      const index = commands.indexOf(command);
      return index >= 0 && hasEvents(plan.results[index]!);
    });
  }
}

function hasEvents(result: PlannedResult): boolean {
  return result.kind === 'accepted' && result.events.length > 0;
}
