import type { NewEvent } from '@eventfleet/event-store';
import { Injectable } from '@nestjs/common';
import { InProcessEvents } from '../in-process-events/in-process-events.js';
import { EventRelays } from './event-relays.js';
import { RelayBacklog } from './relay-backlog.js';

/** Where stored events go: to the brokers by the relays, and to listeners in this process. */
@Injectable()
export class Publication {
  constructor(
    private readonly relays: EventRelays,
    private readonly backlog: RelayBacklog,
    private readonly listeners: InProcessEvents,
  ) {}

  /** After each durable append. Never throws. */
  stored(events: readonly NewEvent[]): void {
    this.relays.wake();
    this.backlog.stored(events.length);
    this.listeners.offer(events);
  }

  /** Why no further event may be stored now. */
  whyOverloaded(): string | undefined {
    return this.backlog.isTooLong ? 'too many events wait to be published' : undefined;
  }
}
