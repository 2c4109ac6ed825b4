import { createSecretKey, randomUUID } from 'node:crypto';
import { toAmqpMessage, type RecordedEvent, type SigningKey } from '@eventfleet/contracts';
import { EventStore } from '@eventfleet/event-store';
import { ack, type QueueMessage } from '@eventfleet/rabbitmq';
import { openInbox, type InboxFixture } from '../delivery/inbox.fixture.js';
import { foreignEvents } from '../delivery/notifier.metrics.js';
import { UserEventHandler } from '../delivery/user-event.handler.js';
import { UserEventsConsumer } from './user-events.consumer.js';

const keyOf = (kid: string, byte: number): SigningKey => ({
  kid,
  secret: createSecretKey(Buffer.alloc(32, byte)),
});
const [old, fresh] = [keyOf('old', 1), keyOf('new', 2)];
const foreign = { kind: 'dead-letter', code: 'foreign-event' };

let inbox: InboxFixture;
let event: RecordedEvent;
let delivered: string[];

beforeAll(async () => {
  inbox = await openInbox();
});
afterAll(() => inbox.close());
beforeEach(async () => {
  delivered = [];
  foreignEvents.reset();
  const id = randomUUID();
  const data = { id, name: 'Ann', email: 'ann@example.org' };
  [event] = (await inbox.store(id, [{ type: 'user.created', data }])) as [RecordedEvent];
});

function consumerWith(signingKeys: readonly SigningKey[]): UserEventsConsumer {
  const handler = new UserEventHandler({
    pool: inbox.pool,
    eventStore: new EventStore(inbox.pool),
    delivery: {
      async deliver({ mail }) {
        delivered.push(mail);
        return 'done';
      },
    },
    verification: undefined,
    erasure: { forgetMails: async () => 'done', forgetLateMails: async () => undefined },
  });
  return new UserEventsConsumer(handler, { signingKeys });
}

function messageOf(signingKey?: SigningKey, changed: Partial<RecordedEvent> = {}): QueueMessage {
  const { content, messageId, contentType, headers } = toAmqpMessage({ ...event, ...changed }, signingKey);
  return {
    content: Buffer.from(content),
    messageId,
    contentType,
    headers,
    attempts: 0,
    isRedelivered: false,
  };
}

const countForeign = async () => (await foreignEvents.get()).values[0]?.value ?? 0;

describe('the queue of user events', () => {
  it('with keys takes what one of them has signed', async () => {
    const consumer = consumerWith([fresh, old]);
    expect(await consumer.consume(messageOf(old))).toEqual(ack);
    expect(await consumer.consume(messageOf(fresh))).toEqual(ack);
    expect(delivered).toEqual(['welcome', 'welcome']);
    expect(await countForeign()).toBe(0);
  });

  it('with keys dead-letters anything else, counts it, and sends no mail', async () => {
    const consumer = consumerWith([fresh, old]);
    const { headers, ...rest } = messageOf(old);
    const others = [
      messageOf(),
      messageOf(keyOf('old', 3)),
      { ...rest, headers: { ...headers, 'cloudEvents:aggregateversion': '2' } },
      { ...rest, headers, content: Buffer.from('{}') },
      { ...rest, headers: {} },
    ];
    for (const message of others) expect(await consumer.consume(message)).toMatchObject(foreign);
    expect(delivered).toEqual([]);
    expect(await countForeign()).toBe(others.length);
  });

  it('without keys looks at no signature', async () => {
    const consumer = consumerWith([]);
    expect(await consumer.consume(messageOf())).toEqual(ack);
    expect(await consumer.consume(messageOf(old))).toEqual(ack);
    expect(delivered).toEqual(['welcome', 'welcome']);
    expect(await countForeign()).toBe(0);
  });
});
