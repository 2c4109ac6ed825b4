import type { BatchDescription } from '@eventfleet/observability';
import type { OutgoingMessage } from '../outgoing-message.js';
import { traceparentOfHeaders } from './traceparent-of-headers.js';

/** How a call that publishes messages to an exchange is shown. @param exchange without prefix */
export function describeSend(exchange: string, count: number): BatchDescription<OutgoingMessage> {
  const name = `send ${exchange}`;
  const attributes = {
    'messaging.system': 'rabbitmq',
    'messaging.operation.type': 'send',
    'messaging.operation.name': 'send',
    'messaging.destination.name': exchange,
  };
  return {
    batch: { name, kind: 'client', attributes: { ...attributes, 'messaging.batch.message_count': count } },
    item: ({ routingKey, messageId }) => ({
      name,
      kind: 'producer',
      attributes: {
        ...attributes,
        'messaging.rabbitmq.destination.routing_key': routingKey,
        'messaging.message.id': messageId,
      },
    }),
    traceparentOf: ({ headers }) => traceparentOfHeaders(headers),
  };
}
