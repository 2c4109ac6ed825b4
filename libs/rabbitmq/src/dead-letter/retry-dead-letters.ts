import type { RabbitmqSettings } from '@eventfleet/config';
import type { WorkQueue } from '@eventfleet/contracts';
import type { Channel, GetMessage } from 'amqplib';
import type { RabbitmqConnection } from '../connection.js';
import { withoutFailure } from '../message-headers.js';
import { publishConfirmed } from '../outgoing-message.js';
import { withPrefix } from '../topology.js';
import { findMessage, missing, onDeadLetterQueue } from './dead-letter-queue.js';

/**
 * Puts everything that is in the dead letter queue now back into its queue, as it was before it failed, in order and one
 * at a time: each is removed once RabbitMQ has confirmed it there, so a crash in between repeats one.
 * @returns how many
 */
export async function retryQueuedDeadLetters(settings: RabbitmqSettings, queue: WorkQueue): Promise<number> {
  const from = withPrefix(settings, queue.deadLetterQueue);
  const retried = await onDeadLetterQueue(settings, from, async (channel, waiting, connection) => {
    const putBack = await openReturn(connection, withPrefix(settings, queue.name));
    let count = 0;
    for (; count < waiting; count++) {
      const message = await channel.get(from);
      if (!message) break;
      await putBack(channel, message);
    }
    return count;
  });
  return retried ?? 0;
}

/** As `retryQueuedDeadLetters`, but only the one. @throws RabbitmqError `dead-letter-missing` */
export async function retryQueuedDeadLetter(
  settings: RabbitmqSettings,
  queue: WorkQueue,
  messageId: string,
): Promise<void> {
  const from = withPrefix(settings, queue.deadLetterQueue);
  const retried = await onDeadLetterQueue(settings, from, async (channel, waiting, connection) => {
    const message = await findMessage(channel, from, waiting, messageId);
    if (!message) return false;
    const putBack = await openReturn(connection, withPrefix(settings, queue.name));
    await putBack(channel, message);
    return true;
  });
  if (!retried) throw missing(from, messageId);
}

async function openReturn(
  connection: RabbitmqConnection,
  queue: string,
): Promise<(channel: Channel, message: GetMessage) => Promise<void>> {
  const publishing = await connection.confirmChannel();
  // A queue that is gone would take nothing, and confirm it.
  await publishing.checkQueue(queue);
  return async (channel, message) => {
    const { content, properties } = message;
    const { messageId, contentType, headers } = properties;
    const copy = { content, messageId, contentType, headers: withoutFailure(headers ?? {}) };
    await publishConfirmed(publishing, '', [{ ...copy, routingKey: queue }]);
    channel.ack(message);
  };
}
