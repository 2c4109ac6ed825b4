import type { Mutation } from './mutation.ts';

const rabbitmq = 'libs/rabbitmq/src';
const relay = 'libs/outbox-relay/src';
const CONSUMER = `${rabbitmq}/consumer/queue-consumer.int.spec.ts`;
const DEAD_LETTERS = `${rabbitmq}/dead-letter/dead-letter-queue.int.spec.ts`;
const TARGET = `${relay}/rabbitmq-target.int.spec.ts`;

/** From the event store to RabbitMQ, and what a consumer does with a message. */
export const rabbitmqMutations: readonly Mutation[] = [
  {
    mechanism: 'publisher: confirmed before it settles',
    file: `${rabbitmq}/outgoing-message.ts`,
    from: 'await Promise.all(messages.map((message) => publishOne(channel, exchange, message)));',
    to: 'void Promise.all(messages.map((message) => publishOne(channel, exchange, message))).catch(() => undefined);',
    spec: `${rabbitmq}/publisher.int.spec.ts`,
    test: 'outcome is unknown',
  },
  {
    mechanism: 'relay: one event of a user a wave',
    file: `${relay}/split-into-rounds.ts`,
    from: 'seen.set(key, wave + 1);',
    to: 'seen.set(key, wave);',
    spec: `${relay}/split-into-rounds.unit.spec.ts`,
  },
  {
    mechanism: 'relay: RabbitMQ has a checkpoint of its own',
    file: `${relay}/rabbitmq-target.ts`,
    from: "readonly name = 'rabbitmq';",
    to: "readonly name = 'kafka';",
    spec: TARGET,
    test: 'goes on while Kafka is frozen',
  },
  {
    mechanism: 'consumer: a retry is confirmed in its tier before the acknowledgement',
    file: `${rabbitmq}/consumer/settle.ts`,
    from: 'await this.#move(this.#copy(message, disposition));',
    to: 'this.channel.ack(delivery); await this.#move(this.#copy(message, disposition));',
    spec: CONSUMER,
    test: 'dies between',
  },
  {
    mechanism: 'consumer: acknowledged after the outcome',
    file: `${rabbitmq}/consumer/queue-consumer.ts`,
    from: 'const message = toQueueMessage(delivery);',
    to: 'channel.ack(delivery); const message = toQueueMessage(delivery);',
    spec: CONSUMER,
    test: 'not handled in time',
  },
  {
    mechanism: 'connection: channels are closed first',
    file: `${rabbitmq}/connection.ts`,
    from: 'Promise.all([...channels].map((channel) => channel.close())).then(() =>',
    to: 'Promise.resolve().then(() =>',
    spec: DEAD_LETTERS,
    test: 'put back',
  },
];
