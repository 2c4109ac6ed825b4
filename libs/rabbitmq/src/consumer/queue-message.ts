import type { IncomingAmqpMessage } from '@eventfleet/contracts';
import type { Message } from 'amqplib';
import type { MessageDisposition } from './message-disposition.js';
import { ATTEMPTS, withoutHistory } from '../message-headers.js';

/** A message as its handler gets it: `fromAmqpMessage` reads an event out of it. */
export interface QueueMessage extends IncomingAmqpMessage {
  readonly contentType: string | undefined;
  /** How often it went through a retry tier before: 0 the first time. */
  readonly attempts: number;
  /** Whether an earlier delivery ended without an answer: what it has done is unknown. */
  readonly isRedelivered: boolean;
}

/**
 * Decides what becomes of a message. If it throws, the message is tried again: for as long as it takes if waiting can
 * help, else a few times before it is a dead letter.
 */
export type QueueHandler = (message: QueueMessage) => Promise<MessageDisposition>;

export function toQueueMessage({ content, fields, properties }: Message): QueueMessage {
  const { messageId, contentType } = properties;
  const headers = (properties.headers ?? {}) as Record<string, unknown>;
  return {
    content,
    messageId: typeof messageId === 'string' ? messageId : undefined,
    contentType: typeof contentType === 'string' ? contentType : undefined,
    headers: withoutHistory(headers),
    attempts: Number(headers[ATTEMPTS] ?? 0) || 0,
    isRedelivered: fields.redelivered,
  };
}
