import { Module } from '@nestjs/common';
import { HistoryModule } from '../history/history.module.js';
import { InProcessEventsModule } from '../in-process-events/in-process-events.module.js';
import { EventRelays } from './event-relays.js';
import { Publication } from './publication.js';
import { RelayBacklog } from './relay-backlog.js';

@Module({
  imports: [HistoryModule, InProcessEventsModule],
  providers: [EventRelays, RelayBacklog, Publication],
  exports: [EventRelays, Publication],
})
export class PublicationModule {}
