import { headerText } from '@eventfleet/contracts';
import { withBatch, type BatchDescription } from '@eventfleet/observability';
import type { OutgoingRecord, Publisher } from '../publisher.js';

/** A publisher whose sends are spans: one for the records of a call, and one for each record below its `traceparent`. */
export function tracedPublisher(publisher: Publisher): Publisher {
  return {
    publish: (topic, messages) =>
      withBatch(messages, describeSend(topic, messages.length), () => publisher.publish(topic, messages)),
    disconnect: () => publisher.disconnect(),
  };
}

function describeSend(topic: string, count: number): BatchDescription<OutgoingRecord> {
  const name = `send ${topic}`;
  const attributes = {
    'messaging.system': 'kafka',
    'messaging.operation.type': 'send',
    'messaging.operation.name': 'send',
    'messaging.destination.name': topic,
  };
  return {
    batch: { name, kind: 'client', attributes: { ...attributes, 'messaging.batch.message_count': count } },
    item: ({ partition, headers }) => ({
      name,
      kind: 'producer',
      attributes: {
        ...attributes,
        'messaging.destination.partition.id': String(partition),
        'messaging.message.id': headerText(headers['ce_id']),
      },
    }),
    traceparentOf: ({ headers }) => headerText(headers['traceparent']),
  };
}
