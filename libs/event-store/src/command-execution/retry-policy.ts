import { setTimeout as delay } from 'node:timers/promises';
import { EventStoreError, storeUnavailable } from '../event-store.errors.js';
import type { BatchPlan } from './decide-batch.js';
import type { Reload } from './load-state.js';
import type { PendingCommand } from './pending-command.js';

export interface RetryLimits {
  /** How long a command may wait for its result while other writers come first. */
  readonly deadlineMs: number;
  /** How long a command waits while the store cannot be reached. */
  readonly unreachableMs: number;
}

const FIRST_RETRY_MS = 10;
const LONGEST_RETRY_MS = 200;

/** How a batch goes on after an attempt that failed: with how many commands, what is read again, and until when. */
export class RetryPolicy {
  private failures = 0;
  private connectionError: unknown;
  private reloaded: Reload | undefined;

  constructor(
    private readonly limits: RetryLimits,
    private size: number,
  ) {}

  /** How many commands the next attempt takes. */
  get batchSize(): number {
    return this.size;
  }

  /** What the next attempt has to read whatever it holds in memory; undefined unless an append failed. */
  get reload(): Reload | undefined {
    return this.reloaded;
  }

  /** The store can be reached, and what had to be read again was. */
  onLoaded(): void {
    this.connectionError = undefined;
    this.reloaded = undefined;
  }

  /** Other writers came first. Some conflicts name no loser: from the second failure on, half as many are tried. */
  onConflict(plan: BatchPlan<unknown>, attempted: number): void {
    this.failures++;
    const { takenClaims, transientClaims } = plan.batch;
    this.reloaded = { claims: [...takenClaims, ...transientClaims] };
    if (this.failures > 1) this.size = Math.ceil(attempted / 2);
  }

  /** Waits longer each time. */
  async onConnectionError(error: unknown): Promise<void> {
    this.failures++;
    this.connectionError = error;
    this.reloaded ??= { claims: [] };
    await delay(Math.min(FIRST_RETRY_MS * 2 ** this.failures, LONGEST_RETRY_MS));
  }

  /** One of the commands may be at fault: each is tried alone. */
  onOtherError(): void {
    this.failures++;
    this.size = 1;
  }

  /** Rejects the commands whose time is up. @returns those that still have no result */
  rejectExpired<Command>(commands: readonly PendingCommand<Command>[]): readonly PendingCommand<Command>[] {
    const { deadlineMs, unreachableMs } = this.limits;
    const limit = this.connectionError ? unreachableMs : deadlineMs;
    const now = performance.now();
    return commands.filter((command) => {
      if (command.isDone) return false;
      if (now - command.arrivedAt < limit) return true;
      command.reject(
        this.connectionError
          ? storeUnavailable(this.connectionError)
          : new EventStoreError('write-conflict', 'other writers came first until the deadline'),
      );
      return false;
    });
  }
}
