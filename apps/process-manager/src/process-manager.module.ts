import { EVENT_STORE_SCHEMA } from '@eventfleet/event-store';
import { OperationsModule, type ReadinessCheck } from '@eventfleet/http';
import { hasMigration } from '@eventfleet/postgres';
import { PROCESS_MANAGERS_SCHEMA } from '@eventfleet/process-managers';
import { ProjectionRuntime } from '@eventfleet/projections';
import { Module, type DynamicModule } from '@nestjs/common';
import { CommandRelay } from './command-relay.js';
import { processManagerConsumer } from './process-manager.consumer.js';
import { Reactions } from './reactions.js';

@Module({})
export class ProcessManagerModule {
  static forRoot(reactions: Reactions): DynamicModule {
    return {
      module: ProcessManagerModule,
      imports: [OperationsModule.forRoot({ useFactory: () => readinessChecks(reactions) })],
      controllers: reactions.sources.map(processManagerConsumer),
      providers: [
        { provide: Reactions, useValue: reactions },
        { provide: ProjectionRuntime, useValue: reactions.runtime },
        { provide: CommandRelay, useValue: reactions.commands },
      ],
    };
  }
}

function readinessChecks({ pool, eventStore, strategy, commands }: Reactions): ReadinessCheck[] {
  return [
    {
      name: 'event-store',
      async check() {
        const isMigrated =
          (await hasMigration(eventStore, EVENT_STORE_SCHEMA)) &&
          (await hasMigration(pool, PROCESS_MANAGERS_SCHEMA));
        if (!isMigrated) throw new Error('waiting for migrations');
      },
    },
    {
      name: 'consumers',
      async check() {
        strategy.assertReady();
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
