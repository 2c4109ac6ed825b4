import { headerText } from '@eventfleet/contracts';
import type { BatchDescription, SpanDescription } from '@eventfleet/observability';
import type { MessageBatch } from '../consumer/message-batch.js';
import type { KafkaRecord } from '../kafka-record.js';

/** How a group's work on the records of a partition is shown. */
export function describeProcessing(
  group: string,
  batch: Pick<MessageBatch, 'topic' | 'partition' | 'messages'>,
): BatchDescription<KafkaRecord> {
  const whole = describeRecords(group, batch);
  const count = { 'messaging.batch.message_count': batch.messages.length };
  return {
    batch: { ...whole, attributes: { ...whole.attributes, ...count } },
    item: (record) => describeRecord(group, batch, record),
    traceparentOf: traceparentOfRecord,
  };
}

export function describeRecord(
  group: string,
  source: Pick<MessageBatch, 'topic' | 'partition'>,
  { offset, headers }: KafkaRecord,
): SpanDescription {
  const whole = describeRecords(group, source);
  return {
    ...whole,
    attributes: {
      ...whole.attributes,
      'messaging.kafka.offset': Number(offset),
      'messaging.message.id': headerText(headers?.['ce_id']),
    },
  };
}

export function traceparentOfRecord({ headers }: KafkaRecord): string | undefined {
  return headerText(headers?.['traceparent']);
}

/** The record as its handler gets it: what it causes belongs below the span of its processing. */
export function withTraceparent(record: KafkaRecord, traceparent: string): KafkaRecord {
  const { offset, timestamp, key, value, headers, unreadable } = record;
  return { offset, timestamp, key, value, headers: { ...headers, traceparent }, unreadable };
}

function describeRecords(group: string, { topic, partition }: Pick<MessageBatch, 'topic' | 'partition'>) {
  return {
    name: `process ${topic}`,
    kind: 'consumer',
    attributes: {
      'messaging.system': 'kafka',
      'messaging.operation.type': 'process',
      'messaging.operation.name': 'process',
      'messaging.destination.name': topic,
      'messaging.destination.partition.id': String(partition),
      'messaging.consumer.group.name': group,
    },
  } as const;
}
