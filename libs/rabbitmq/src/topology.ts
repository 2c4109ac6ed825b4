import type { RabbitmqSettings } from '@eventfleet/config';
import type { RetryTier, WorkQueue } from '@eventfleet/contracts';
import type { Channel, Options } from 'amqplib';

/**
 * RabbitMQ dead-letters a message after so many deliveries without an answer: such a message makes every consumer crash. From version 4 on there is a limit anyway, of 20, and without a place to go the message is lost.
 */
const DELIVERY_LIMIT = 100;
/** Dead letters are looked at, which counts as a delivery. */
const NO_DELIVERY_LIMIT = 1_000_000_000;

const QUORUM = { 'x-queue-type': 'quorum' };

/** A name as RabbitMQ has it, with the prefix of the settings. */
export function withPrefix({ prefix }: RabbitmqSettings, name: string): string {
  return prefix + name;
}

export function retryQueue(queue: WorkQueue, tier: RetryTier): string {
  return `${queue.name}.retry.${tier.name}`;
}

/** What a queue consists of: its own name first, then its tiers, then its dead letters. */
export function queueNames(queue: WorkQueue): string[] {
  return [queue.name, ...queue.retryTiers.map((tier) => retryQueue(queue, tier)), queue.deadLetterQueue];
}

export async function declareExchange(
  channel: Channel,
  settings: RabbitmqSettings,
  name: string,
): Promise<void> {
  await channel.assertExchange(withPrefix(settings, name), 'topic', { durable: true });
}

export interface QueueDeclaration {
  /** Its full name. */
  readonly name: string;
  readonly options: Options.AssertQueue;
}

/**
 * What a queue consists of, in the order in which it is made. All are durable, and replicated where the server is a
 * cluster. Whatever RabbitMQ moves by itself, from a tier back to the queue or from the queue to the dead letters, it
 * removes only once it is safe where it goes (at least once).
 */
export function queueDeclarations(settings: RabbitmqSettings, queue: WorkQueue): QueueDeclaration[] {
  const full = (name: string) => withPrefix(settings, name);
  return [
    quorumQueue(full(queue.deadLetterQueue), { 'x-delivery-limit': NO_DELIVERY_LIMIT }),
    ...queue.retryTiers.map((tier) =>
      quorumQueue(full(retryQueue(queue, tier)), {
        'x-message-ttl': tier.delayMs,
        ...movedTo(full(queue.name)),
      }),
    ),
    quorumQueue(full(queue.name), {
      'x-delivery-limit': DELIVERY_LIMIT,
      ...movedTo(full(queue.deadLetterQueue)),
    }),
  ];
}

/**
 * Makes the exchange, the queue, its retry tiers and its dead letter queue where they are missing.
 * @throws Error of amqplib, when one of them exists with other arguments
 */
export async function declareQueue(
  channel: Channel,
  settings: RabbitmqSettings,
  queue: WorkQueue,
): Promise<void> {
  const full = (name: string) => withPrefix(settings, name);
  await declareExchange(channel, settings, queue.exchange);
  for (const { name, options } of queueDeclarations(settings, queue))
    await channel.assertQueue(name, options);
  for (const routingKey of queue.routingKeys) {
    await channel.bindQueue(full(queue.name), full(queue.exchange), routingKey);
  }
}

function quorumQueue(name: string, own: Readonly<Record<string, unknown>>): QueueDeclaration {
  return { name, options: { durable: true, arguments: { ...QUORUM, ...own } } };
}

/** https://www.rabbitmq.com/docs/quorum-queues#activating-at-least-once-dead-lettering */
function movedTo(queue: string): Record<string, unknown> {
  return {
    'x-dead-letter-exchange': '',
    'x-dead-letter-routing-key': queue,
    'x-dead-letter-strategy': 'at-least-once',
    'x-overflow': 'reject-publish',
  };
}
