import { fromAmqpMessage, toAmqpMessage, type IncomingAmqpMessage } from './amqp-events.js';
import { event } from './recorded-event.fixture.js';

function received(change: Readonly<Record<string, unknown>> = {}): IncomingAmqpMessage {
  const { content, messageId, headers } = toAmqpMessage(event);
  return { content: Buffer.from(content), messageId, headers: { ...headers, ...change } };
}

describe('CloudEvents in RabbitMQ', () => {
  it('come back as they were sent, whatever a broker adds', () => {
    expect(fromAmqpMessage(received())).toEqual(event);
    expect(fromAmqpMessage(received({ 'x-death': [{ count: 1 }], 'x-attempts': 2 }))).toEqual(event);
  });

  it('are routed by their type, and carry the attributes that they have in Kafka', () => {
    expect(toAmqpMessage(event)).toEqual({
      routingKey: 'user.created',
      content: event.data,
      messageId: event.eventId,
      contentType: 'application/json',
      headers: {
        'cloudEvents:specversion': '1.0',
        'cloudEvents:id': event.eventId,
        'cloudEvents:source': '/eventfleet/command-api',
        'cloudEvents:type': 'user.created',
        'cloudEvents:subject': event.aggregateId,
        'cloudEvents:time': event.occurredAt,
        'cloudEvents:dataschema': 'urn:eventfleet:schema:user.created:1',
        'cloudEvents:partitionkey': event.aggregateId,
        'cloudEvents:aggregateversion': '3',
        'cloudEvents:globalposition': '9007199254740993',
        'cloudEvents:correlationid': 'order 66',
        'cloudEvents:causationid': 'cause',
        traceparent: event.traceparent,
      },
    });
  });

  it.each([
    ['no id', { 'cloudEvents:id': undefined }],
    ['version 0', { 'cloudEvents:aggregateversion': '0' }],
    ['an attribute that is no text', { 'cloudEvents:type': 7 }],
    ['another subject than the partition key', { 'cloudEvents:subject': 'someone-else' }],
    ['another id than the message', { 'cloudEvents:id': 'another' }],
  ])('are refused with %s', (_, change) => {
    expect(() => fromAmqpMessage(received(change))).toThrow(
      expect.objectContaining({ code: 'malformed-message' }),
    );
  });
});
