import { hashEvent } from './event-hash.js';

const first = {
  eventId: '0190b6e8-0000-7000-8000-000000000011',
  type: 'user.created',
  schemaVersion: 1,
  aggregateType: 'user',
  aggregateId: '0190b6e8-0000-7000-8000-000000000001',
  version: 1,
  data: '{"name":"Ada"}',
  occurredAt: '2026-11-24T16:42:55.997Z',
  correlationId: 'c',
  causationId: 'k',
  traceparent: 't',
};
const second = {
  ...first,
  eventId: '0190b6e8-0000-7000-8000-000000000012',
  type: 'user.updated',
  version: 2,
  data: '{"name":"Zoë"}',
  actor: 'ada',
};

it('the hash of an event is what stores of before have for it', () => {
  const hash = hashEvent(undefined, first);
  expect(hash).toBe('020c2dde0b81f50d52899e047d386aa4e195e507d65ad4be00c26a30f8ce5024');
  expect(hashEvent(hash, second)).toBe('71882959ae9507112ae867a27198c37ae9f79a713fd7acd3ffda24c014574904');
});
