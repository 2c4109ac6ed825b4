import type { RabbitmqSettings } from '@eventfleet/config';
import type { WorkQueue } from '@eventfleet/contracts';
import type { Channel, GetMessage, Message } from 'amqplib';
import { openConnection, type RabbitmqConnection } from '../connection.js';
import { ERROR } from '../message-headers.js';
import { RabbitmqError } from '../rabbitmq.errors.js';
import { withPrefix } from '../topology.js';

/** A message that could not be handled. It is named by its message id; one that has none cannot be named. */
export interface QueuedDeadLetter {
  readonly messageId: string | undefined;
  readonly content: Buffer;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly error: { readonly code: string; readonly message: string; readonly at: string };
}

export interface DeadLetterQueueOverview {
  /** Its full name. */
  readonly queue: string;
  readonly waiting: number;
  /** The one that has waited longest. */
  readonly oldest?: QueuedDeadLetter;
}

const NOT_FOUND = 404;

/** Undefined where the queue does not exist. Looking at it leaves everything in its place. */
export function describeDeadLetterQueue(
  settings: RabbitmqSettings,
  { deadLetterQueue }: WorkQueue,
): Promise<DeadLetterQueueOverview | undefined> {
  const queue = withPrefix(settings, deadLetterQueue);
  return onDeadLetterQueue(settings, queue, async (channel, waiting) => {
    const first = await channel.get(queue);
    return { queue, waiting, ...(first ? { oldest: toDeadLetter(first) } : {}) };
  });
}

/** @throws RabbitmqError `dead-letter-missing` */
export async function readQueuedDeadLetter(
  settings: RabbitmqSettings,
  { deadLetterQueue }: WorkQueue,
  messageId: string,
): Promise<QueuedDeadLetter> {
  const queue = withPrefix(settings, deadLetterQueue);
  const found = await onDeadLetterQueue(settings, queue, (channel, waiting) =>
    findMessage(channel, queue, waiting, messageId),
  );
  if (found) return toDeadLetter(found);
  throw missing(queue, messageId);
}

/**
 * Lends a channel to the queue, and the number of messages in it. What is taken and not acknowledged is put back in its
 * place afterwards. Undefined where the queue does not exist.
 */
export async function onDeadLetterQueue<T>(
  settings: RabbitmqSettings,
  queue: string,
  work: (channel: Channel, waiting: number, connection: RabbitmqConnection) => Promise<T>,
): Promise<T | undefined> {
  const connection = await openConnection(settings, 'eventfleet-cli');
  try {
    const channel = await connection.channel();
    const { messageCount } = await channel.checkQueue(queue);
    return await work(channel, messageCount, connection);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === NOT_FOUND) return undefined;
    throw error;
  } finally {
    await connection.close();
  }
}

/** Takes messages one by one until it is found; none of them is acknowledged. */
export async function findMessage(
  channel: Channel,
  queue: string,
  waiting: number,
  messageId: string,
): Promise<GetMessage | undefined> {
  for (let looked = 0; looked < waiting; looked++) {
    const message = await channel.get(queue);
    if (!message) return undefined;
    if (message.properties.messageId === messageId) return message;
  }
  return undefined;
}

export function missing(queue: string, messageId: string): RabbitmqError {
  return new RabbitmqError('dead-letter-missing', `there is no message ${messageId} in ${queue}`);
}

function toDeadLetter({ content, properties }: Message): QueuedDeadLetter {
  const headers = (properties.headers ?? {}) as Record<string, unknown>;
  const text = (name: string) => (typeof headers[name] === 'string' ? headers[name] : '');
  const reason = text('x-first-death-reason');
  return {
    messageId: typeof properties.messageId === 'string' ? properties.messageId : undefined,
    content,
    headers,
    error: {
      code: text(ERROR.code) || reason.replaceAll('_', '-') || 'unknown',
      message: text(ERROR.message),
      at: text(ERROR.at),
    },
  };
}
