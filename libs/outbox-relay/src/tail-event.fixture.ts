import { randomUUID } from 'node:crypto';
import type { NewEvent } from '@eventfleet/event-store';

export function event(aggregateId: string, version: number, data = '{"amount":1}'): NewEvent {
  return {
    eventId: randomUUID(),
    type: 'account.credited',
    schemaVersion: 1,
    aggregateType: 'account',
    aggregateId,
    version,
    data,
    occurredAt: new Date().toISOString(),
    correlationId: 'c',
    causationId: 'k',
    traceparent: 't',
  };
}
