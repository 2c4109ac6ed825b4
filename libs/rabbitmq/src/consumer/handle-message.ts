import { traceFields } from '@eventfleet/observability';
import { describeFailure, isTransient } from '@eventfleet/resilience';
import type { Logger } from 'pino';
import { deadLetter, retry, type MessageDisposition } from './message-disposition.js';
import { traceparentOfHeaders } from '../tracing/traceparent-of-headers.js';
import type { QueueHandler, QueueMessage } from './queue-message.js';

/**
 * A handler's decision. If it throws, a retry, and from `maxAttempts` on a dead letter, unless waiting can help. What it
 * threw is logged without its text, which may quote the message.
 */
export async function handleMessage(
  handler: QueueHandler,
  message: QueueMessage,
  maxAttempts: number,
  logger: Logger,
): Promise<MessageDisposition> {
  try {
    return await handler(message);
  } catch (error) {
    const failure = describeFailure(error);
    const attempt = message.attempts + 1;
    const ids = { messageId: message.messageId, ...traceFields(traceparentOfHeaders(message.headers)) };
    if (isTransient(error) || attempt < maxAttempts) {
      logger.error({ ...ids, attempt, failure }, 'a message failed and is tried again');
      return retry();
    }
    logger.error(
      { ...ids, attempt, failure },
      'a message becomes a dead letter: fix the cause, then run fleet dead-letter retry',
    );
    return deadLetter(failure.code, failure.message);
  }
}
