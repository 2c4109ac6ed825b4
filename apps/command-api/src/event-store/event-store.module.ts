import { HistoryGuard } from '@eventfleet/history';
import { Global, Module } from '@nestjs/common';
import { ShutdownDeadline } from '../shutdown-deadline.js';
import { EventStorePools } from './event-store-pools.js';

/** Global, and so stopped last. */
@Global()
@Module({
  providers: [
    EventStorePools,
    ShutdownDeadline,
    { provide: HistoryGuard, useFactory: () => new HistoryGuard() },
  ],
  exports: [EventStorePools, ShutdownDeadline, HistoryGuard],
})
export class EventStoreModule {}
