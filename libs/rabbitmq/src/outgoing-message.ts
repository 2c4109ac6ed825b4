import type { ConfirmChannel } from 'amqplib';
import { RabbitmqError } from './rabbitmq.errors.js';

/** Always persistent. */
export interface OutgoingMessage {
  readonly routingKey: string;
  readonly content: Buffer;
  readonly messageId?: string | undefined;
  readonly contentType?: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
}

/**
 * Publishes in order, and settles once RabbitMQ has confirmed every message: then it is on disk in every queue that it
 * was routed to, or was returned on the channel because there is none.
 * @throws RabbitmqError `publish-failed`; what was written is unknown then
 */
export async function publishConfirmed(
  channel: ConfirmChannel,
  exchange: string,
  messages: readonly OutgoingMessage[],
): Promise<void> {
  try {
    await Promise.all(messages.map((message) => publishOne(channel, exchange, message)));
  } catch (cause) {
    const place = exchange === '' ? 'a queue' : exchange;
    throw new RabbitmqError('publish-failed', `publishing to ${place} failed, the outcome is unknown`, {
      cause,
    });
  }
}

function publishOne(
  channel: ConfirmChannel,
  exchange: string,
  { routingKey, content, messageId, contentType, headers }: OutgoingMessage,
): Promise<void> {
  const properties = {
    mandatory: true,
    persistent: true,
    headers,
    ...(messageId === undefined ? {} : { messageId }),
    ...(contentType === undefined ? {} : { contentType }),
  };
  return new Promise((resolve, reject) => {
    channel.publish(exchange, routingKey, content, properties, (error: Error | null) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
