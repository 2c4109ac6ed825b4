import { fromCloudEvent, toCloudEvent, type IncomingMessage } from './cloud-events.js';
import { event } from './recorded-event.fixture.js';

function received(
  change: Partial<Record<string, string>> = {},
  value: string | null = event.data,
): IncomingMessage {
  const { key, headers } = toCloudEvent(event);
  const texts = Object.entries({ ...headers, ...change }).filter(([, text]) => text !== undefined);
  return {
    key: Buffer.from(key),
    value: value === null ? null : Buffer.from(value),
    headers: Object.fromEntries(texts.map(([name, text]) => [name, Buffer.from(String(text))])),
  };
}

describe('CloudEvents in Kafka', () => {
  it('come back as they were sent', () => {
    expect(fromCloudEvent(received())).toEqual(event);
  });

  it('name who asked, if that is known, and nowhere in the data', () => {
    const asked = { ...event, actor: 'auth0|ada' };
    const { key, value, headers } = toCloudEvent(asked);
    expect(headers).toHaveProperty('ce_actor', 'auth0|ada');
    expect(value).toBe(event.data);
    expect(fromCloudEvent({ key: Buffer.from(key), value: Buffer.from(value), headers })).toEqual(asked);
    expect(toCloudEvent(event).headers).not.toHaveProperty('ce_actor');
    expect(fromCloudEvent(received())).not.toHaveProperty('actor');
  });

  it('name the schema and the source', () => {
    expect(toCloudEvent(event)).toMatchObject({
      key: event.aggregateId,
      value: event.data,
      headers: {
        ce_specversion: '1.0',
        ce_source: '/eventfleet/command-api',
        ce_dataschema: 'urn:eventfleet:schema:user.created:1',
        ce_aggregateversion: '3',
        ce_globalposition: '9007199254740993',
      },
    });
  });

  it.each([
    ['no id', { ce_id: undefined }],
    ['another specversion', { ce_specversion: '0.3' }],
    ['version 0', { ce_aggregateversion: '0' }],
    ['a version that is no number', { ce_aggregateversion: '1e3' }],
    ['a foreign schema', { ce_dataschema: 'https://example.org/schema' }],
    ['a type without a domain', { ce_type: 'created' }],
    ['another subject than the key', { ce_subject: 'someone-else' }],
    ['a time that is none', { ce_time: 'yesterday' }],
  ])('are refused with %s', (_, change) => {
    expect(() => fromCloudEvent(received(change))).toThrow(
      expect.objectContaining({ code: 'malformed-message' }),
    );
  });

  it('are refused without headers, key or value', () => {
    const refused = expect.objectContaining({ code: 'malformed-message' });
    expect(() => fromCloudEvent({ key: null, value: null })).toThrow(refused);
    expect(() => fromCloudEvent({ ...received(), key: null })).toThrow(refused);
    expect(() => fromCloudEvent(received({}, null))).toThrow(refused);
  });

  it('may lack the trace context, which is no part of the event', () => {
    expect(fromCloudEvent(received({ traceparent: undefined })).traceparent).toBe('');
  });
});
