import type pg from 'pg';
import type { Logger } from 'pino';
import { comparePositions, EventStore, type TailEvent, type TailPosition } from '@eventfleet/event-store';
import { traceFields } from '@eventfleet/observability';
import { failpoint } from '@eventfleet/resilience';
import { InterruptibleSleep } from './interruptible-sleep.js';
import { RelayLease, type Checkpoint } from './relay-lease.js';
import { tableOf } from './relay-table.js';
import { RelayRefused, LeaseLost } from './relay.errors.js';
import { eventsPublished, eventsSkipped, recoveries, relayActive } from './relay.metrics.js';
import type { Recovery, RelayTarget } from './relay-target.js';
import { TailReader } from './tail-reader.js';

export interface OutboxRelayOptions {
  readonly pool: pg.Pool;
  readonly target: RelayTarget;
  readonly logger: Logger;
  /** The name of this process in the lease. */
  readonly holder: string;
  readonly leaseMs?: number;
  /** Events read and published at a time. */
  readonly pageSize?: number;
  /** How often the broker's log is compared with what this relay left: before a page is sent, and while there is none. */
  readonly verifyEveryMs?: number;
  /** Called with the lease, before anything is compared or published. May save another state of the target. */
  readonly beforeRecovery?: (
    checkpoint: Checkpoint,
    save: (targetState: unknown) => Promise<void>,
  ) => Promise<void>;
}

export type RelayRole = 'standby' | 'active' | 'refused' | 'failing' | 'stopped';

export interface RelayHealth {
  readonly role: RelayRole;
  readonly problem?: string;
}

const SHORTEST_POLL_MS = 5;
const LONGEST_POLL_MS = 100;
const SHORTEST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;
/** Shorter than any broker takes to restart: a log that lost its tail is noticed before anything is added to it. */
const VERIFY_EVERY_MS = 2_000;
/**
 * After a page of so many events the next ones gather for a moment: brokers and consumers pay by the batch. At a few
 * hundred events a second nothing waits, and with a backlog neither.
 */
const LINGER_FROM_EVENTS = 24;
const LINGER_MS = 20;
const LOGGED_CORRELATION_IDS = 20;

/**
 * Publishes the tail of the event store, or of another table, to a broker, in order, from one process at a time. The
 * checkpoint moves after the broker has acknowledged. So no event is lost, and one is repeated only if the outcome of its
 * send is unknown and the broker's log does not show it. Per aggregate events first appear in version order. An outage
 * delays events and loses none; every failure ends in `recover`, which reads what the broker has.
 */
export class OutboxRelay {
  private readonly idle = new InterruptibleSleep();
  private readonly leaseMs: number;
  private readonly pageSize: number;
  private readonly verifyEveryMs: number;
  private stopping = false;
  private running: Promise<void> | undefined;
  private current: RelayHealth = { role: 'standby' };

  constructor(private readonly options: OutboxRelayOptions) {
    this.leaseMs = options.leaseMs ?? 5_000;
    this.pageSize = options.pageSize ?? 500;
    this.verifyEveryMs = options.verifyEveryMs ?? VERIFY_EVERY_MS;
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Call it when this process has stored events: the relay then reads them without waiting for its next poll. */
  wake(): void {
    this.idle.wake();
  }

  health(): RelayHealth {
    return this.current;
  }

  /** Completes the send under way, saves the checkpoint and releases the lease. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.idle.wake();
    await this.running;
    await this.options.target.close();
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.stopping) {
      try {
        const lease = await RelayLease.acquire(
          this.options.pool,
          this.options.target.name,
          this.options.holder,
          this.leaseMs,
        );
        if (lease) await this.publishWhileHeld(lease, () => (failures = 0));
        else this.setRole('standby');
        await this.pause(this.leaseMs / 5);
      } catch (error) {
        this.reportFailure(error);
        await this.pause(Math.min(SHORTEST_RETRY_MS * 2 ** failures++, LONGEST_RETRY_MS));
      }
    }
    this.setRole('stopped');
  }

  private async publishWhileHeld(lease: RelayLease, onProgress: () => void): Promise<void> {
    const renewal = setInterval(() => void lease.renew().catch(() => undefined), this.leaseMs / 4);
    try {
      await this.publishTail(lease, onProgress);
    } finally {
      clearInterval(renewal);
      failpoint('between checkpoint and release');
      await lease.release().catch(() => undefined);
    }
  }

  private async publishTail(lease: RelayLease, onProgress: () => void): Promise<void> {
    const { pool, target } = this.options;
    const tail = new TailReader(new EventStore(pool), this.pageSize, tableOf(target.name));
    const { checkpoint, server } = lease;
    if (checkpoint.systemIdentifier !== null && checkpoint.systemIdentifier !== server) {
      const reason = `Postgres server ${server} is another one than ${checkpoint.systemIdentifier}`;
      throw new RelayRefused(target.name, reason);
    }
    failpoint('between lease and recovery');
    let { targetState } = checkpoint;
    await this.options.beforeRecovery?.(checkpoint, async (changed) => {
      await lease.save(checkpoint.position, changed);
      targetState = changed;
    });
    const recovery = await target.recover(targetState, checkpoint.position);
    recoveries.inc({ relay: target.name });
    let position = recovery.resumeAt;
    failpoint('between recovery and checkpoint');
    // Before anything is sent: after that the log no longer shows what it had lost.
    if (targetState === undefined || comparePositions(position, checkpoint.position) < 0) {
      await lease.save(position, target.state(position));
    }
    this.setRole('active');
    onProgress();

    let verifiedAt = performance.now();
    let pollMs = SHORTEST_POLL_MS;
    while (!this.stopping) {
      if (!lease.isValid) await lease.renew();
      const page = await tail.read(position);
      if (performance.now() - verifiedAt > this.verifyEveryMs) {
        await target.verify();
        verifiedAt = performance.now();
      }
      if (page.length === 0) {
        const woken = await this.idle.sleep(pollMs);
        pollMs = woken ? SHORTEST_POLL_MS : Math.min(pollMs * 2, LONGEST_POLL_MS);
        continue;
      }
      tail.readAhead(page);
      position = await this.publishPage(lease, page, recovery);
      pollMs = SHORTEST_POLL_MS;
      onProgress();
      if (page.length >= LINGER_FROM_EVENTS && page.length < this.pageSize) await this.pause(LINGER_MS);
    }
  }

  private async publishPage(lease: RelayLease, page: TailEvent[], recovery: Recovery): Promise<TailPosition> {
    const { target, logger } = this.options;
    const relay = target.name;
    const unpublished = page.filter((event) => !recovery.isPublished(event));
    if (!lease.isValid) await lease.renew();
    failpoint('before the send');
    await target.publish(unpublished);
    failpoint('between send and checkpoint');
    const { position } = page.at(-1)!;
    await lease.save(position, target.state(position));
    eventsPublished.inc({ relay }, unpublished.length);
    eventsSkipped.inc({ relay }, page.length - unpublished.length);
    const logged = unpublished.slice(0, LOGGED_CORRELATION_IDS).map(({ event }) => event);
    const correlationIds = new Set(logged.map(({ correlationId }) => correlationId));
    const traces = traceFields(...logged.map(({ traceparent }) => traceparent));
    logger.info(
      { relay, events: unpublished.length, ...correlation([...correlationIds]), ...traces },
      'events published',
    );
    return position;
  }

  private reportFailure(error: unknown): void {
    const { logger, target } = this.options;
    if (error instanceof LeaseLost) {
      logger.warn({ relay: target.name }, `${error.message}; this process stands by`);
      this.setRole('standby');
      return;
    }
    const problem = error instanceof Error ? error.message : String(error);
    if (problem !== this.current.problem)
      logger.error(
        { err: error, relay: target.name },
        error instanceof RelayRefused
          ? 'the relay refuses to publish: see docs/operations.md#when-the-relay-refuses'
          : 'the relay cannot publish; trying again: check the broker and the event store; see docs/operations.md#when-the-relay-is-behind',
      );
    this.setRole(error instanceof RelayRefused ? 'refused' : 'failing', problem);
  }

  private setRole(role: RelayRole, problem?: string): void {
    if (role !== this.current.role)
      this.options.logger.info({ relay: this.options.target.name, role }, `the relay is ${role}`);
    this.current = { role, ...(problem === undefined ? {} : { problem }) };
    relayActive.set({ relay: this.options.target.name }, role === 'active' ? 1 : 0);
  }

  /** Waits that long whatever is stored meanwhile; only `stop` ends it earlier. */
  private async pause(ms: number): Promise<void> {
    const until = performance.now() + ms;
    while (!this.stopping && performance.now() < until) await this.idle.sleep(until - performance.now());
  }
}

function correlation(ids: readonly string[]) {
  return ids.length === 1 ? { correlationId: ids[0] } : { correlationIds: ids };
}
