import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ShutdownDeadline } from '../shutdown-deadline.js';
import { InProcessEvents } from './in-process-events.js';

/** Delivers what is queued before the process ends. */
@Injectable()
export class InProcessEventsShutdown implements OnApplicationShutdown {
  constructor(
    private readonly events: InProcessEvents,
    private readonly deadline: ShutdownDeadline,
  ) {}

  onApplicationShutdown(): Promise<void> {
    return this.deadline.within(() => this.events.stop());
  }
}
