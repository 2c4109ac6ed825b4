import { exitFatally } from '@eventfleet/app';
import { ClientTokens } from '@eventfleet/auth';
import { userEvents } from '@eventfleet/contracts';
import { EVENT_STORE_SCHEMA, EventStore, personalDataOf } from '@eventfleet/event-store';
import { OperationsModule, type ReadinessCheck } from '@eventfleet/http';
import { type Kafka } from '@eventfleet/kafka';
import { KafkaBatchStrategy } from '@eventfleet/kafka/nest';
import { hasMigration } from '@eventfleet/postgres';
import {
  CatchUpGate,
  processManagerProjections,
  PROCESS_MANAGERS_SCHEMA,
  TimerScheduler,
  type AnyProcessManager,
} from '@eventfleet/process-managers';
import { ProjectionsModule, type ProjectionsModuleOptions } from '@eventfleet/projections/nest';
import { Module, type DynamicModule } from '@nestjs/common';
import type pg from 'pg';
import type { Logger } from 'pino';
import { CommandRelay } from './command-relay.js';
import { ConnectionsModule, EVENT_STORE, KAFKA, PROCESS_MANAGER_STORE } from './connections.module.js';
import type { ProcessManagerConfig } from './process-manager.config.js';
import { processManagerConsumer } from './process-manager.consumer.js';
import { ProcessManagerLifecycle } from './process-manager.lifecycle.js';
import { processManagers } from './process-managers.js';

/** Consumers that hand each process manager its events, its timers, and the relay of its commands. */
@Module({})
export class ProcessManagerModule {
  static forRoot(
    config: ProcessManagerConfig,
    logger: Logger,
    managers: readonly AnyProcessManager[] = processManagers(config),
  ): DynamicModule {
    const { kafka: settings, maxAttempts, client } = config;
    const { topicPrefix } = settings;
    const sources = managers.flatMap(processManagerProjections);
    return {
      module: ProcessManagerModule,
      global: true,
      imports: [
        ConnectionsModule.forRoot(config, logger),
        ProjectionsModule.forRootAsync({
          inject: [PROCESS_MANAGER_STORE, EVENT_STORE, KAFKA],
          useFactory: (pool: pg.Pool, eventStorePool: pg.Pool, kafka: Kafka): ProjectionsModuleOptions => {
            const personalData = personalDataOf(eventStorePool, config.personalDataKeys);
            const eventStore = new EventStore(eventStorePool, personalData);
            return {
              projections: sources,
              pool,
              kafka,
              settings,
              maxAttempts,
              signingKeys: config.signingKeys,
              logger,
              onFatal: (error) =>
                exitFatally(
                  logger,
                  error,
                  'a consumer failed for good: the process ends, and its supervisor starts it again',
                ),
              // Other topics have events that come from no event store.
              sourceOf: ({ topic }) => (topic === userEvents.topic ? eventStore : undefined),
              reveal: personalData && ((events) => personalData.revealEach(events)),
            };
          },
        }),
        OperationsModule.forRoot({
          inject: [PROCESS_MANAGER_STORE, EVENT_STORE, KafkaBatchStrategy, CommandRelay],
          useFactory: readinessChecks,
        }),
      ],
      controllers: sources.map(processManagerConsumer),
      providers: [
        {
          provide: CommandRelay,
          inject: [EVENT_STORE, KAFKA],
          useFactory: (pool: pg.Pool, kafka: Kafka) => {
            const catalogs = [...new Set(managers.map(({ commands }) => commands))];
            const tokens = client && new ClientTokens(client, ['users:write']);
            return new CommandRelay({ pool, kafka, catalogs, topicPrefix, logger, tokens });
          },
        },
        {
          provide: CatchUpGate,
          inject: [PROCESS_MANAGER_STORE, KAFKA],
          useFactory: (pool: pg.Pool, kafka: Kafka) => new CatchUpGate({ kafka, pool, sources, topicPrefix }),
        },
        {
          provide: TimerScheduler,
          inject: [PROCESS_MANAGER_STORE, CatchUpGate, CommandRelay],
          useFactory: (pool: pg.Pool, gate: CatchUpGate, commands: CommandRelay) =>
            new TimerScheduler({
              pool,
              processManagers: managers,
              logger,
              isCaughtUp: () => gate.isCaughtUp(),
              onFired: () => commands.wake(),
            }),
        },
        ProcessManagerLifecycle,
      ],
      exports: [CommandRelay],
    };
  }
}

function readinessChecks(
  store: pg.Pool,
  eventStore: pg.Pool,
  consumers: KafkaBatchStrategy,
  commands: CommandRelay,
): ReadinessCheck[] {
  return [
    {
      name: 'event-store',
      async check() {
        const isMigrated =
          (await hasMigration(eventStore, EVENT_STORE_SCHEMA)) &&
          (await hasMigration(store, PROCESS_MANAGERS_SCHEMA));
        if (!isMigrated) throw new Error('waiting for migrations: run fleet migrate');
      },
    },
    {
      name: 'consumers',
      async check() {
        consumers.assertReady();
        return consumers.details();
      },
    },
    {
      name: 'relay',
      async check() {
        commands.assertReady();
      },
    },
  ];
}
