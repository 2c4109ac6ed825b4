import { exitFatally } from '@eventfleet/app';
import { EventStore } from '@eventfleet/event-store';
import { createKafka, KafkaBatchStrategy } from '@eventfleet/kafka';
import { createPool, endPool } from '@eventfleet/postgres';
import {
  CatchUpGate,
  processManagerProjections,
  SCHEMA,
  TimerScheduler,
  type AnyProcessManager,
} from '@eventfleet/process-managers';
import {
  assignedPartitions,
  ParkedEventProcessor,
  ProjectionRuntime,
  type RunnableProjection,
} from '@eventfleet/projections';
import { finishesWithin } from '@eventfleet/resilience';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { CommandRelay } from './command-relay.js';
import type { ProcessManagerConfig } from './process-manager.config.js';
import { processManagers } from './process-managers.js';

const APP = 'eventfleet-process-manager';
/** Partitions worked on at a time, one for timers, one for parked events, and one for health and metrics. */
const CONNECTIONS = 6;
/** One reads the tail, one keeps the lease, one answers health and metrics. */
const RELAY_CONNECTIONS = 3;
/** After the consumers: a server that does not answer holds up no stop. */
const STOP_MS = 2_500;

/**
 * What the process managers of this process share: the runtime for their events, the timers, the relay of their
 * commands. Consumers are closed before it, so no batch is under way when it ends.
 */
export class Reactions implements OnApplicationBootstrap, OnApplicationShutdown {
  /** Finds the tables of the process managers. Commits are durable: a command that was sent is not decided again. */
  readonly pool;
  readonly eventStore;
  readonly sources: readonly RunnableProjection[];
  readonly runtime: ProjectionRuntime;
  readonly strategy: KafkaBatchStrategy;
  readonly commands: CommandRelay;
  private readonly timers: TimerScheduler;
  private readonly desk: ParkedEventProcessor;

  constructor(
    config: ProcessManagerConfig,
    private readonly logger: Logger,
    managers: readonly AnyProcessManager[] = processManagers(config),
  ) {
    const { eventStoreUrl: url, kafka: settings, maxAttempts } = config;
    const { topicPrefix } = settings;
    const pool = createPool({ url, applicationName: APP, max: CONNECTIONS, pipeline: true, schema: SCHEMA });
    const eventStore = createPool({
      url,
      applicationName: APP,
      max: RELAY_CONNECTIONS,
      synchronousCommit: false,
    });
    const streams = new EventStore(eventStore);
    const kafka = createKafka(settings, APP, logger);
    const sources = managers.flatMap(processManagerProjections);
    this.pool = pool;
    this.eventStore = eventStore;
    this.sources = sources;
    this.runtime = new ProjectionRuntime(pool, logger, { maxAttempts });
    const catalogs = [...new Set(managers.map(({ commands }) => commands))];
    this.commands = new CommandRelay({ pool: eventStore, kafka, catalogs, topicPrefix, logger });
    this.strategy = new KafkaBatchStrategy({
      kafka,
      settings,
      logger,
      onFatal: (error) => exitFatally(logger, error, 'a consumer cannot go on'),
    });
    const caughtUp = new CatchUpGate({ kafka, pool, sources, topicPrefix });
    this.timers = new TimerScheduler({
      pool,
      processManagers: managers,
      logger,
      mayFire: () => caughtUp.isCaughtUp(),
      onFired: () => this.commands.wake(),
    });
    this.desk = new ParkedEventProcessor({
      pool,
      projections: sources,
      topicPrefix,
      logger,
      assigned: () => assignedPartitions(sources, topicPrefix, this.strategy.health()),
      readMissing: (missing) => streams.readStream(missing, missing),
    });
  }

  onApplicationBootstrap(): void {
    this.commands.start();
    this.timers.start();
    this.desk.start();
  }

  async onApplicationShutdown(): Promise<void> {
    if (await finishesWithin(this.finish(), STOP_MS)) return;
    this.logger.warn(
      'a server does not answer; what became of the last request to it, the next start finds out',
    );
  }

  private async finish(): Promise<void> {
    await Promise.all([this.timers.stop(), this.desk.stop()]);
    await this.commands.stop();
    await Promise.all([endPool(this.pool), endPool(this.eventStore)]);
  }
}
