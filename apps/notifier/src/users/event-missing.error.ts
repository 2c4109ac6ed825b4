/** Thrown where the event store does not have an event that was published: it was set back, or it is not this fleet's. */
export class EventMissing extends Error {
  readonly code = 'event-missing';

  constructor() {
    super('the event store does not have the event');
    this.name = 'EventMissing';
  }
}
