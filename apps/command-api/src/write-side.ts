import { EventStore } from '@eventfleet/event-store';
import { BacklogLimit, type OutboxRelay } from '@eventfleet/outbox-relay';
import { newId } from '@eventfleet/ids';
import { createPool, endPool } from '@eventfleet/postgres';
import { finishesWithin } from '@eventfleet/resilience';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { IDEMPOTENCY_SCOPES } from './commands/idempotency-scopes.js';
import type { CommandApiConfig } from './command-api.config.js';
import { InProcessEvents } from './in-process-events/in-process-events.js';
import { CATALOGS, kafkaTarget, rabbitmqTarget, relayTo } from './relays.js';
import { UserCommandExecutor } from './users/user-command-executor.js';
import { userDecider } from './users/user.decider.js';

const APP = 'eventfleet-command-api';
/** One appends, one reads. */
const COMMIT_CONNECTIONS = 2;
/** Of each relay: one reads the tail, one keeps the lease. */
const RELAY_CONNECTIONS = 2;
/** Answers health and metrics. */
const OPERATIONS_CONNECTIONS = 1;
/** Of one append: short, so that a line that went dead is soon replaced, and a frozen copy soon holds nobody up. */
const COMMIT_TIMEOUT_MS = 2_000;
/** After the last request: a server that does not answer holds up no stop. */
const STOP_MS = 3_500;
const PURGE_EVERY_MS = 10 * 60_000;
const PURGE_LIMIT = 5_000;

/**
 * The event store's side of this process: commands go in, a relay for each broker takes their events out. It starts
 * without waiting for any server, and stops in order: commands under way, then the relays with their checkpoints, then
 * the pools. The brokers do not wait for each other.
 */
export class WriteSide implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly users: UserCommandExecutor;
  /** To Kafka. */
  readonly relay: OutboxRelay;
  readonly events: InProcessEvents;
  readonly relayNames: readonly string[];
  /** For the relays, health and metrics; commands have connections of their own. */
  readonly pool;
  private readonly relays: readonly OutboxRelay[];
  private readonly backlog: BacklogLimit;
  private readonly commitPool;
  private readonly eventStore: EventStore;
  private purge: NodeJS.Timeout | undefined;

  constructor(
    config: CommandApiConfig,
    readonly logger: Logger,
  ) {
    const { eventStoreUrl: url, relayBacklogLimit } = config;
    const toRabbitmq = rabbitmqTarget(config, APP);
    const max = RELAY_CONNECTIONS * (toRabbitmq ? 2 : 1) + OPERATIONS_CONNECTIONS;
    // A checkpoint that a crash of the server loses is found again in Kafka's log; the lease commits durably.
    const pool = createPool({ url, applicationName: APP, max, synchronousCommit: false });
    this.pool = pool;
    this.eventStore = new EventStore(pool);
    const targets = [
      kafkaTarget(config, APP, this.eventStore, logger),
      ...(toRabbitmq ? [toRabbitmq] : []),
    ] as const;
    this.relay = relayTo(targets[0], pool, logger);
    this.relays = [this.relay, ...targets.slice(1).map((target) => relayTo(target, pool, logger))];
    this.relayNames = targets.map(({ name }) => name);
    this.backlog = new BacklogLimit({ pool, relay: 'kafka', logger, limit: relayBacklogLimit });
    this.commitPool = createPool({
      url,
      applicationName: APP,
      max: COMMIT_CONNECTIONS,
      timeoutMs: COMMIT_TIMEOUT_MS,
      pipeline: true,
      readOnly: true,
    });
    this.events = new InProcessEvents({ catalogs: CATALOGS, logger });
    this.users = new UserCommandExecutor({
      eventStore: new EventStore(this.commitPool),
      decider: userDecider,
      clockAndIds: { now: () => new Date(), newId },
      onAppended: (events) => {
        for (const relay of this.relays) relay.wake();
        this.backlog.onStored(events.length);
        this.events.offer(events);
      },
      whyOverloaded: () => (this.backlog.isExceeded ? 'too many events wait to be published' : undefined),
    });
  }

  onApplicationBootstrap(): void {
    for (const relay of this.relays) relay.start();
    this.backlog.start();
    this.purge = setInterval(() => void this.purgeOldAnswers(), PURGE_EVERY_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.purge);
    if (await finishesWithin(this.finish(), STOP_MS)) return;
    this.logger.warn(
      'a server does not answer; what became of the last request to it, the next start finds out',
    );
  }

  private async finish(): Promise<void> {
    await this.users.drain();
    await Promise.all([...this.relays.map((relay) => relay.stop()), this.backlog.stop()]);
    await this.events.stop();
    await Promise.all([endPool(this.commitPool), endPool(this.pool)]);
  }

  /** A store that does not answer now is asked again at the next turn. */
  private async purgeOldAnswers(): Promise<void> {
    for (const { scope, keptHours: olderThanHours } of Object.values(IDEMPOTENCY_SCOPES)) {
      let purged = PURGE_LIMIT;
      while (purged === PURGE_LIMIT) {
        const answers = { scope, olderThanHours, limit: PURGE_LIMIT };
        purged = await this.eventStore.purgeIdempotencyAnswers(answers).catch(() => 0);
      }
    }
  }
}
