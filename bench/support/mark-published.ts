import { describeTopic } from '@eventfleet/kafka';
import type { KafkaTargetState } from '@eventfleet/outbox-relay';
import { withClient } from '@eventfleet/testing';
import { quietKafka } from './topics.ts';

export interface PublishedStore {
  readonly eventStoreUrl: string;
  readonly kafkaBrokers: string;
  /** Empty. */
  readonly topic: string;
}

/** Sets the relay's checkpoint behind all stored events, as if Kafka's log began there. */
export async function markPublished({ eventStoreUrl, kafkaBrokers, topic }: PublishedStore): Promise<void> {
  const { clusterId, topicId, partitions } = await describeTopic(quietKafka(kafkaBrokers), topic);
  const next = Array.from({ length: partitions }, () => '0');
  const state: KafkaTargetState = { clusterId, topics: { [topic]: { topicId, next } } };
  await withClient(eventStoreUrl, (client) =>
    client.query(
      `insert into relay_checkpoints (relay, transaction_id, global_position, system_identifier, target_state)
       select 'kafka', transaction_id, global_position, system_identifier, $1 from pg_control_system(), events
       order by events.transaction_id desc, events.global_position desc limit 1`,
      [JSON.stringify(state)],
    ),
  );
}
