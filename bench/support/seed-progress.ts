import { userState } from '@eventfleet/contracts';
import { describeTopic } from '@eventfleet/kafka';
import type { KafkaTargetState } from '@eventfleet/outbox-relay';
import { withClient } from '@eventfleet/testing';
import { quietKafka } from './topics.ts';

export interface SeededStore {
  readonly eventStoreUrl: string;
  readonly kafkaBrokers: string;
  /** Empty. */
  readonly topic: string;
}

/** Puts relay and snapshots behind all stored events, as if Kafka's log began there. */
export async function seedProgress({ eventStoreUrl, kafkaBrokers, topic }: SeededStore): Promise<void> {
  const { clusterId, topicId, partitions } = await describeTopic(quietKafka(kafkaBrokers), topic);
  const next = Array.from({ length: partitions }, () => '0');
  const state: KafkaTargetState = { clusterId, topics: { [topic]: { topicId, next } } };
  await withClient(eventStoreUrl, async (client) => {
    const end = `from events order by events.transaction_id desc, events.global_position desc limit 1`;
    await client.query(
      `insert into relay_checkpoints (relay, transaction_id, global_position, system_identifier, target_state)
       select 'kafka', transaction_id, global_position,
         (select system_identifier::text from pg_control_system()), $1 ${end}`,
      [JSON.stringify(state)],
    );
    await client.query(
      `insert into snapshot_progress (aggregate_type, schema_version, transaction_id, global_position)
       select $1, $2, transaction_id, global_position ${end}`,
      [userState.catalog.aggregateType, userState.stateVersion],
    );
  });
}
