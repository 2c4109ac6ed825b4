import type { DomainEvent, EventMetadata, UserEvent } from '@eventfleet/contracts';

/** As in an envelope. Where the event lies in the store is not known to the process that appended it. */
type Enveloped<E extends DomainEvent> = E extends DomainEvent
  ? Omit<EventMetadata, 'globalPosition'> & E
  : never;

/** What listeners get. */
export type InProcessEvent = Enveloped<UserEvent>;
