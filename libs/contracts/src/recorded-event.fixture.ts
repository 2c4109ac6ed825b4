import type { RecordedEvent } from './event-envelope.js';

export const event: RecordedEvent = {
  eventId: '0190b6e8-0000-7000-8000-00000000000e',
  type: 'user.created',
  schemaVersion: 1,
  aggregateType: 'user',
  aggregateId: '0190b6e8-0000-7000-8000-000000000001',
  version: 3,
  globalPosition: '9007199254740993',
  occurredAt: '2026-01-02T03:04:05.678Z',
  data: '{"id":"x","name":"Zoë"}',
  correlationId: 'order 66',
  causationId: 'cause',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
};
