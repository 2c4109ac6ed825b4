import { createSecretKey } from 'node:crypto';
import {
  toAmqpMessage,
  toCloudEvent,
  toUserCommand,
  userEvents,
  type UserEvent,
} from '@eventfleet/contracts';
import { recordedHistory } from '@eventfleet/testing';
import { expectDescribedAmqpMessage, expectDescribedRecord } from './described-messages.js';

const ID = '0190b6e8-5c1a-7000-8000-000000000001';
const KEY = { kid: '2026-11', secret: createSecretKey(Buffer.alloc(32, 1)) };

const [event] = recordedHistory<UserEvent>(userEvents, ID, [
  { type: 'user.created', data: { id: ID, name: 'Ada', email: 'ada@example.org' } },
]);
const record = toCloudEvent(event!);
const withHeaders = (headers: object) => ({ ...record, headers: { ...record.headers, ...headers } });

describe('the comparison of a message with its description', () => {
  it('finds nothing in messages that the contracts write', () => {
    expectDescribedRecord('user-events', record);
    expectDescribedRecord('user-events', toCloudEvent(event!, undefined, KEY));
    expectDescribedAmqpMessage('user-events', amqp());
    const command = { commandId: 'one', userId: ID, type: 'delete-user', data: {} } as const;
    expectDescribedRecord(
      'user-commands',
      toUserCommand(command, { source: '/test', time: event!.occurredAt }),
    );
  });

  it.each<[string, string, Parameters<typeof expectDescribedRecord>[1], RegExp]>([
    ['a topic', 'other-events', record, /user.created on other-events is not described/],
    [
      'a type',
      'user-events',
      withHeaders({ ce_type: 'user.promoted' }),
      /user.promoted on user-events is not/,
    ],
    ['a header', 'user-events', withHeaders({ ce_secret: 'x' }), /additional properties/],
    ['a value', 'user-events', withHeaders({ ce_aggregateversion: '0' }), /ce_aggregateversion .*pattern/],
    [
      'a field',
      'user-events',
      { ...record, value: JSON.stringify({ id: ID, name: 'a', email: 'b', c: 1 }) },
      /additional/,
    ],
    ['a field that is missing', 'user-events', { ...record, value: '{}' }, /required property 'id'/],
    ['another key', 'user-events', { ...record, key: 'other' }, /the key on user-events is not the subject/],
  ])('finds %s', (_, topic, seen, message) => {
    expect(() => expectDescribedRecord(topic, seen)).toThrow(message);
  });

  it('finds a header of RabbitMQ that is not described', () => {
    const { headers, value } = amqp();
    expect(() =>
      expectDescribedAmqpMessage('user-events', { value, headers: { ...headers, 'cloudEvents:other': '1' } }),
    ).toThrow(/additional properties/);
  });
});

function amqp() {
  const { headers, content } = toAmqpMessage(event!);
  return { headers, value: content };
}
