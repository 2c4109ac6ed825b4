import type pg from 'pg';
import type { Logger } from 'pino';
import { comparePositions, EventStore, type TailEvent, type TailPosition } from '@eventfleet/event-store';
import { failpoint } from '@eventfleet/resilience';
import { RelayLease } from './relay-lease.js';
import { tableOf } from './relay-table.js';
import { RelayRefused, LeaseLost } from './relay.errors.js';
import { eventsPublished, eventsSkipped, recoveries, relayActive } from './relay.metrics.js';
import type { Recovery, RelayTarget } from './relay-target.js';
import { TailReader } from './tail-reader.js';
import { WakeUp } from './wake-up.js';

export interface OutboxRelayOptions {
  readonly pool: pg.Pool;
  readonly target: RelayTarget;
  readonly logger: Logger;
  /** Names this process in the lease. */
  readonly holder: string;
  readonly leaseMs?: number;
  /** Events read and published at a time. */
  readonly pageSize?: number;
  /** The broker's log is compared with what is known of it before a page is sent, and while there is none, so often. */
  readonly verifyEveryMs?: number;
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
 * Under load, so many events in a page, the next ones gather for a moment: brokers and consumers pay by the batch.
 * At a few hundred events a second nothing waits, and with a backlog neither.
 */
const MANY_EVENTS = 24;
const LINGER_MS = 20;
const LOGGED_CORRELATION_IDS = 20;

/**
 * Publishes the tail of the event store, or of another table, to a broker, in order, from one process at a time. An
 * event is published after it was stored, and marked as published after the broker acknowledged it; so it is never lost, and it can only be
 * repeated where an outcome is unknown and the broker's log cannot tell. Per aggregate events first appear in
 * version order. An outage delays and loses nothing; every failure ends in `recover`, which reads what the broker has.
 */
export class OutboxRelay {
  private readonly wakeUp = new WakeUp();
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

  /** Says that events were stored in this process, so that the relay need not wait for its next poll. */
  wake(): void {
    this.wakeUp.wake();
  }

  health(): RelayHealth {
    return this.current;
  }

  /** Finishes what is being sent, saves the checkpoint and gives the lease up. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wakeUp.wake();
    await this.running;
    await this.options.target.close();
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.stopping) {
      try {
        const lease = await RelayLease.take(
          this.options.pool,
          this.options.target.name,
          this.options.holder,
          this.leaseMs,
        );
        if (lease) await this.serve(lease, () => (failures = 0));
        else this.become('standby');
        await this.pause(this.leaseMs / 5);
      } catch (error) {
        this.report(error);
        await this.pause(Math.min(SHORTEST_RETRY_MS * 2 ** failures++, LONGEST_RETRY_MS));
      }
    }
    this.become('stopped');
  }

  private async serve(lease: RelayLease, onProgress: () => void): Promise<void> {
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
    const recovery = await target.recover(checkpoint.targetState, checkpoint.position);
    recoveries.inc({ relay: target.name });
    let position = recovery.resumeAt;
    failpoint('between recovery and checkpoint');
    // What the broker has lost would no longer show once more is sent.
    if (checkpoint.targetState === undefined || comparePositions(position, checkpoint.position) < 0) {
      await lease.save(position, target.state(position));
    }
    this.become('active');
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
        const woken = await this.wakeUp.sleep(pollMs);
        pollMs = woken ? SHORTEST_POLL_MS : Math.min(pollMs * 2, LONGEST_POLL_MS);
        continue;
      }
      tail.readAhead(page);
      position = await this.publishPage(lease, page, recovery);
      pollMs = SHORTEST_POLL_MS;
      onProgress();
      if (page.length >= MANY_EVENTS && page.length < this.pageSize) await this.pause(LINGER_MS);
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
    const correlationIds = new Set(
      unpublished.slice(0, LOGGED_CORRELATION_IDS).map(({ event }) => event.correlationId),
    );
    logger.info(
      { relay, events: unpublished.length, ...correlation([...correlationIds]) },
      'events published',
    );
    return position;
  }

  private report(error: unknown): void {
    const { logger, target } = this.options;
    if (error instanceof LeaseLost) {
      logger.warn({ relay: target.name }, error.message);
      this.become('standby');
      return;
    }
    const problem = error instanceof Error ? error.message : String(error);
    if (problem !== this.current.problem)
      logger.error({ err: error, relay: target.name }, 'relay stopped, trying again');
    this.become(error instanceof RelayRefused ? 'refused' : 'failing', problem);
  }

  private become(role: RelayRole, problem?: string): void {
    if (role !== this.current.role)
      this.options.logger.info({ relay: this.options.target.name, role }, 'relay role');
    this.current = { role, ...(problem === undefined ? {} : { problem }) };
    relayActive.set({ relay: this.options.target.name }, role === 'active' ? 1 : 0);
  }

  /** Waits, but not for wake-ups: only for the stop. */
  private async pause(ms: number): Promise<void> {
    const until = performance.now() + ms;
    while (!this.stopping && performance.now() < until) await this.wakeUp.sleep(until - performance.now());
  }
}

function correlation(ids: readonly string[]) {
  return ids.length === 1 ? { correlationId: ids[0] } : { correlationIds: ids };
}
