import { randomUUID } from 'node:crypto';
import { createPublisher, FLEET_NOTICES_TOPIC, type Kafka } from '@eventfleet/kafka';

/** What became of an aggregate whose published events the store had lost. */
export interface HistoryNotice {
  readonly aggregateType: string;
  readonly aggregateId: string;
  /**
   * `adopted`: the store has the published events again. `conflict`: it has others in their place, an operator will
   * decide. `kept`: those others are true. `replaced`: the published ones are true again.
   */
  readonly change: 'adopted' | 'conflict' | 'kept' | 'replaced';
  /** Of the published events that were lost. */
  readonly versions: readonly number[];
}

/**
 * Tells every subscriber which aggregates changed other than by an event. Resolves once every in-sync replica has it.
 * A repeat is possible.
 */
export async function publishNotices(
  kafka: Kafka,
  topicPrefix: string,
  notices: readonly HistoryNotice[],
): Promise<void> {
  if (notices.length === 0) return;
  const publisher = createPublisher(kafka);
  try {
    await publisher.publish(
      topicPrefix + FLEET_NOTICES_TOPIC,
      notices.map((notice) => ({
        partition: 0,
        key: notice.aggregateId,
        value: JSON.stringify(notice),
        headers: {
          ce_specversion: '1.0',
          ce_id: randomUUID(),
          ce_source: '/eventfleet/history',
          ce_type: 'fleet.history-changed',
          ce_subject: notice.aggregateId,
          ce_time: new Date().toISOString(),
          'content-type': 'application/json',
        },
      })),
    );
  } finally {
    await publisher.disconnect();
  }
}
