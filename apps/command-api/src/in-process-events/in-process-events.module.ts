import { LOGGER } from '@eventfleet/observability';
import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import type { Logger } from 'pino';
import { COMMAND_AGGREGATES } from '../app-context.module.js';
import type { CommandAggregate } from '../command-aggregate.js';
import { InProcessEvents } from './in-process-events.js';
import { InProcessEventsShutdown } from './in-process-events.shutdown.js';
import { ListenerLoader } from './listener.loader.js';

/** In place of Nest's own `EventEmitterModule`, whose listeners may hang, and fail without being counted. */
@Module({
  imports: [DiscoveryModule],
  providers: [
    {
      provide: InProcessEvents,
      inject: [COMMAND_AGGREGATES, LOGGER],
      useFactory: (aggregates: readonly CommandAggregate[], logger: Logger) =>
        new InProcessEvents({ catalogs: aggregates.map(({ aggregate }) => aggregate.events), logger }),
    },
    ListenerLoader,
    InProcessEventsShutdown,
  ],
  exports: [InProcessEvents],
})
export class InProcessEventsModule {}
