import { isTracing, withSpan, type SpanDescription } from '@eventfleet/observability';
import type { QueueHandler, QueueMessage } from '../consumer/queue-message.js';
import { traceparentOfHeaders } from './traceparent-of-headers.js';

/**
 * A handler whose work on each message is a span below the message's `traceparent`, and says what is decided. It gets the
 * message with the span's own `traceparent`: what it causes belongs below that.
 */
export function tracedHandler(handle: QueueHandler, queue: string): QueueHandler {
  return (message) => {
    if (!isTracing()) return handle(message);
    const { headers } = message;
    return withSpan(describe(queue, message), traceparentOfHeaders(headers), async (span) => {
      if (!span) return handle(message);
      const disposition = await handle({
        ...message,
        headers: { ...headers, traceparent: span.traceparent },
      });
      span.set({ 'eventfleet.outcome': disposition.kind });
      if (disposition.kind === 'dead-letter') span.fail(disposition.code);
      return disposition;
    });
  };
}

function describe(queue: string, { messageId, attempts }: QueueMessage): SpanDescription {
  return {
    name: `process ${queue}`,
    kind: 'consumer',
    attributes: {
      'messaging.system': 'rabbitmq',
      'messaging.operation.type': 'process',
      'messaging.operation.name': 'process',
      'messaging.destination.name': queue,
      'messaging.message.id': messageId,
      'eventfleet.attempt': attempts + 1,
    },
  };
}
