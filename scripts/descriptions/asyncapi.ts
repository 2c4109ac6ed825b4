import {
  AGGREGATES,
  DEAD_LETTER_GROUPS,
  KEYED_TOPICS,
  userCommands,
  userEvents,
  userAggregate,
  WORK_QUEUES,
  type EventCatalog,
  type WorkQueue,
} from '@eventfleet/contracts';
import { DEAD_LETTER_SUFFIX, FLEET_NOTICES_TOPIC } from '@eventfleet/kafka';
import {
  amqpDeadLetter,
  amqpMessages,
  deadLetter,
  kafkaMessages,
  type DescribedMessage,
} from './asyncapi-messages.ts';

/** An AsyncAPI 3 document. https://www.asyncapi.com/docs/reference/specification/v3.0.0 */
export interface AsyncApiDocument {
  readonly asyncapi: string;
  readonly info: object;
  readonly defaultContentType: string;
  readonly servers: Readonly<Record<string, object>>;
  readonly channels: Readonly<Record<string, AsyncApiChannel>>;
  readonly operations: Readonly<Record<string, object>>;
  readonly components: { readonly messages: Readonly<Record<string, object>> };
}

export interface AsyncApiChannel {
  /** The topic; in RabbitMQ the routing key, or the queue. */
  readonly address: string;
  readonly description: string;
  /** Of the address. */
  readonly parameters?: object;
  readonly servers: readonly object[];
  readonly messages: Readonly<Record<string, { readonly $ref: string }>>;
  readonly bindings: object;
}

const DAY_MS = 24 * 60 * 60_000;
const DESCRIPTION = `What the fleet sends and receives over Kafka and RabbitMQ. \`send\` is what the fleet sends.
Names are without \`KAFKA_TOPIC_PREFIX\` and \`RABBITMQ_PREFIX\`. Ignore fields and headers that you do not know.`;

/** The document, made from the contracts. Pure. */
export function asyncApiDocument(version: string): AsyncApiDocument {
  const inKafka = kafkaMessages();
  const inRabbitmq = amqpMessages(userAggregate);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Eventfleet events and commands',
      version,
      description: DESCRIPTION,
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    servers: {
      kafka: { host: '127.0.0.1:19092', protocol: 'kafka', description: '`KAFKA_BROKERS`' },
      rabbitmq: { host: '127.0.0.1:5672', protocol: 'amqp', description: '`RABBITMQ_URL`, if it is on' },
    },
    channels: {
      ...Object.fromEntries(KEYED_TOPICS.map(({ name, keptDays }) => [name, topic(name, inKafka, keptDays)])),
      [FLEET_NOTICES_TOPIC]: topic(FLEET_NOTICES_TOPIC, inKafka),
      ...Object.fromEntries(
        DEAD_LETTER_GROUPS.map((group) => [group + DEAD_LETTER_SUFFIX, deadLetterTopic(group)]),
      ),
      [exchangeId(userEvents.topic)]: exchange(userEvents, inRabbitmq),
      ...Object.fromEntries(WORK_QUEUES.flatMap((queue) => queueChannels(queue, inRabbitmq))),
    },
    operations: {
      ...Object.fromEntries(AGGREGATES.map(({ events }) => [`send.${events.topic}`, send(events.topic)])),
      [`receive.${userCommands.topic}`]: {
        action: 'receive',
        channel: channelRef(userCommands.topic),
        summary: 'A command takes effect once, and is replied to at least once.',
        reply: { channel: channelRef(userCommands.replyTopic) },
      },
      [`send.${userCommands.topic}`]: send(userCommands.topic),
      [`send.${FLEET_NOTICES_TOPIC}`]: send(FLEET_NOTICES_TOPIC),
      ...Object.fromEntries(
        DEAD_LETTER_GROUPS.map((group) => [
          `send.${group}${DEAD_LETTER_SUFFIX}`,
          send(group + DEAD_LETTER_SUFFIX),
        ]),
      ),
      [`send.${exchangeId(userEvents.topic)}`]: send(exchangeId(userEvents.topic)),
      ...Object.fromEntries(
        WORK_QUEUES.map(({ name }) => [
          `receive.${queueId(name)}`,
          { action: 'receive', channel: channelRef(queueId(name)) },
        ]),
      ),
    },
    components: {
      messages: {
        ...Object.fromEntries([...inKafka, ...inRabbitmq].map(({ id, message }) => [id, message])),
        'dead-letter': deadLetter,
        'amqp.dead-letter': amqpDeadLetter,
      },
    },
  };
}

/** Names a channel for what is in RabbitMQ, so that it is no topic of the same name. */
export const exchangeId = (name: string): string => `amqp.${name}`;
export const queueId = (name: string): string => `amqp.queue.${name}`;

function topic(name: string, messages: readonly DescribedMessage[], keptDays?: number): AsyncApiChannel {
  const kept = keptDays === undefined ? 'for ever' : `for ${keptDays} days`;
  return {
    address: name,
    description: `Kept ${kept}. Records of one aggregate are in one partition, in order.`,
    servers: [{ $ref: '#/servers/kafka' }],
    messages: refs(messages.filter(({ channel }) => channel === name)),
    bindings: {
      kafka: {
        topic: name,
        topicConfiguration: {
          'cleanup.policy': ['delete'],
          'retention.ms': keptDays === undefined ? -1 : keptDays * DAY_MS,
        },
        bindingVersion: '0.5.0',
      },
    },
  };
}

function deadLetterTopic(group: string): AsyncApiChannel {
  const name = group + DEAD_LETTER_SUFFIX;
  return {
    ...topic(name, [{ id: 'dead-letter', channel: name, message: deadLetter }]),
    description: `Records that the group ${group} could not handle, in the order in which they came. Kept for ever.`,
  };
}

function exchange(
  { topic: name, types }: EventCatalog,
  messages: readonly DescribedMessage[],
): AsyncApiChannel {
  return {
    address: '{type}',
    description:
      'A durable topic exchange. The routing key is the type of the event, `messageId` its id. Bind a queue of your own.',
    parameters: { type: { description: 'The type of the event.', enum: types } },
    servers: [{ $ref: '#/servers/rabbitmq' }],
    messages: refs(messages),
    bindings: {
      amqp: {
        is: 'routingKey',
        exchange: { name, type: 'topic', durable: true, autoDelete: false, vhost: '/' },
        bindingVersion: '0.3.0',
      },
    },
  };
}

/** A queue of the fleet's own, with where its messages wait and where they end. */
function queueChannels(
  { name, retryTiers, deadLetterQueue, exchange: from }: WorkQueue,
  messages: readonly DescribedMessage[],
): [string, AsyncApiChannel][] {
  const end = [{ id: 'amqp.dead-letter', channel: deadLetterQueue, message: amqpDeadLetter }];
  return [
    [queueId(name), queue(name, `Of the fleet. Bound to the exchange ${from}.`, messages)],
    ...retryTiers.map(({ name: tier, delayMs }): [string, AsyncApiChannel] => [
      queueId(`${name}.retry.${tier}`),
      queue(
        `${name}.retry.${tier}`,
        `Where a message waits ${delayMs / 1_000} s before it is tried again.`,
        messages,
      ),
    ]),
    [queueId(deadLetterQueue), queue(deadLetterQueue, 'Messages that could not be handled.', end)],
  ];
}

function queue(name: string, description: string, messages: readonly DescribedMessage[]): AsyncApiChannel {
  return {
    address: name,
    description,
    servers: [{ $ref: '#/servers/rabbitmq' }],
    messages: refs(messages),
    bindings: {
      amqp: {
        is: 'queue',
        queue: { name, durable: true, exclusive: false, autoDelete: false, vhost: '/' },
        bindingVersion: '0.3.0',
      },
    },
  };
}

function send(channel: string): object {
  return { action: 'send', channel: channelRef(channel) };
}

function channelRef(id: string): object {
  return { $ref: `#/channels/${id}` };
}

function refs(messages: readonly DescribedMessage[]): AsyncApiChannel['messages'] {
  return Object.fromEntries(messages.map(({ id }) => [id, { $ref: `#/components/messages/${id}` }]));
}
