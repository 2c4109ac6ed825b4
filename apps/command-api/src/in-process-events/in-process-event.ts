import type { DomainEvent, EventMetadata } from '@eventfleet/contracts';

/** As in an envelope. Its position in the store is not known to the process that appended it. */
export type InProcessEvent<E extends DomainEvent = DomainEvent> = E extends DomainEvent
  ? Omit<EventMetadata, 'globalPosition'> & E
  : never;
