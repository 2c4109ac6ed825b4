import type { MessageBatch, TopicIdentity } from '@eventfleet/kafka';
import type { KafkaContext } from '@nestjs/microservices';

/** The message that Nest hands over, as the runtime takes it. */
export function batchOfOne(context: KafkaContext, identity: TopicIdentity): MessageBatch {
  const { key, value, headers, offset, timestamp } = context.getMessage();
  const at = BigInt(offset);
  const record = {
    offset: at,
    key: key && Buffer.from(key),
    value: value && Buffer.from(value),
    headers,
    timestamp: Number(timestamp),
  };
  return {
    topic: context.getTopic(),
    partition: context.getPartition(),
    identity,
    messages: [record],
    firstOffset: at,
    lastOffset: at,
    highWatermark: at + 1n,
  };
}
