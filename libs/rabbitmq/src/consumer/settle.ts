import type { RabbitmqSettings } from '@eventfleet/config';
import type { WorkQueue } from '@eventfleet/contracts';
import { failpoint, withDeadline } from '@eventfleet/resilience';
import type { ConfirmChannel, Message } from 'amqplib';
import { ATTEMPTS, ERROR } from '../message-headers.js';
import { publishConfirmed, type OutgoingMessage } from '../outgoing-message.js';
import { noAnswer, RabbitmqError } from '../rabbitmq.errors.js';
import { retryQueue, withPrefix } from '../topology.js';
import type { MessageDisposition } from './message-disposition.js';
import type { QueueMessage } from './queue-message.js';

const CONFIRM_MS = 10_000;

/**
 * Carries out what a handler has decided, on the channel that the message came from. A message that goes on to another
 * queue is acknowledged once it is safe there; a crash in between delivers it twice, and loses it never.
 */
export class Settler {
  #moving: Promise<void> = Promise.resolve();
  #returned = false;

  constructor(
    private readonly channel: ConfirmChannel,
    private readonly settings: RabbitmqSettings,
    private readonly queue: WorkQueue,
  ) {
    channel.on('return', () => (this.#returned = true));
  }

  /** @throws Error when it could not be carried out: RabbitMQ delivers the message again */
  async settle(delivery: Message, message: QueueMessage, disposition: MessageDisposition): Promise<void> {
    if (disposition.kind !== 'ack') {
      await this.#move(this.#copy(message, disposition));
      failpoint('between retry and ack');
    }
    this.channel.ack(delivery);
  }

  #copy(message: QueueMessage, disposition: Exclude<MessageDisposition, { kind: 'ack' }>): OutgoingMessage {
    const { retryTiers, deadLetterQueue } = this.queue;
    const { attempts, content, messageId, contentType } = message;
    const copyTo = (name: string, headers: Readonly<Record<string, unknown>>): OutgoingMessage => ({
      routingKey: withPrefix(this.settings, name),
      content,
      messageId,
      contentType,
      headers: { ...message.headers, ...headers },
    });
    if (disposition.kind === 'retry') {
      const tier = disposition.tier ?? retryTiers[Math.min(attempts, retryTiers.length - 1)]!;
      return copyTo(retryQueue(this.queue, tier), { [ATTEMPTS]: attempts + 1 });
    }
    return copyTo(deadLetterQueue, {
      [ERROR.code]: disposition.code,
      [ERROR.message]: disposition.detail,
      [ERROR.at]: new Date().toISOString(),
    });
  }

  /** One at a time: so a message that RabbitMQ returns, because its queue is gone, is known to be this one. */
  #move(message: OutgoingMessage): Promise<void> {
    const moved = this.#moving.then(() => this.#publish(message));
    this.#moving = moved.catch(() => undefined);
    return moved;
  }

  async #publish(message: OutgoingMessage): Promise<void> {
    this.#returned = false;
    await withDeadline(publishConfirmed(this.channel, '', [message]), CONFIRM_MS, noAnswer);
    if (this.#returned) throw new RabbitmqError('queue-missing', `queue ${message.routingKey} is missing`);
  }
}
