import { Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { InProcessEvents } from './in-process-events.js';
import { ListenerLoader } from './listener.loader.js';

/** In place of Nest's own `EventEmitterModule`, whose listeners may hang, and fail without being counted. */
@Module({})
export class InProcessEventsModule {
  static forRoot(events: InProcessEvents): DynamicModule {
    return {
      module: InProcessEventsModule,
      imports: [DiscoveryModule],
      providers: [ListenerLoader, { provide: InProcessEvents, useValue: events }],
    };
  }
}
