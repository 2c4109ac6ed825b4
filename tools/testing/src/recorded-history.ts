import { randomUUID } from 'node:crypto';
import type { DomainEvent, EventCatalog, EventEnvelope, RecordedEvent } from '@eventfleet/contracts';

const START = Date.UTC(2026, 0, 1);

/** Domain events of one aggregate as the store would have recorded them: versions from `firstVersion`, a second apart. */
export function recordedHistory<E extends DomainEvent>(
  catalog: EventCatalog<E>,
  aggregateId: string,
  events: readonly E[],
  firstVersion = 1,
): RecordedEvent[] {
  return events.map((event, index) => {
    const version = firstVersion + index;
    const eventId = randomUUID();
    return {
      eventId,
      type: event.type,
      schemaVersion: catalog.schemaVersionOf(event.type),
      aggregateType: catalog.aggregateType,
      aggregateId,
      version,
      globalPosition: String(version),
      occurredAt: new Date(START + version * 1_000).toISOString(),
      data: JSON.stringify(event.data),
      correlationId: eventId,
      causationId: eventId,
      traceparent: '',
    };
  });
}

/** The same, parsed: what a projection is given. */
export function envelopes<E extends DomainEvent>(
  catalog: EventCatalog<E>,
  aggregateId: string,
  events: readonly E[],
  firstVersion = 1,
): EventEnvelope<E>[] {
  return recordedHistory(catalog, aggregateId, events, firstVersion).map((event) => catalog.parse(event));
}
