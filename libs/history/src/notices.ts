import { randomUUID } from 'node:crypto';
import { createPublisher, FLEET_NOTICES_TOPIC, type Kafka } from '@eventfleet/kafka';
import { z } from 'zod';

/** What became of an aggregate whose published events the store had lost. */
export const historyNotice = z.object({
  aggregateType: z.string(),
  aggregateId: z.string(),
  /**
   * `adopted`: the store has the published events again. `conflict`: it has others in their place, an operator will
   * decide. `kept`: those others are true. `replaced`: the published ones are true again.
   */
  change: z.enum(['adopted', 'conflict', 'kept', 'replaced']),
  /** Of the published events that were lost. */
  versions: z.array(z.int()).readonly(),
});

export type HistoryNotice = Readonly<z.output<typeof historyNotice>>;

/** The headers of a notice. */
export const historyNoticeHeaders = z.object({
  ce_specversion: z.literal('1.0'),
  ce_id: z.uuid(),
  ce_source: z.literal('/eventfleet/history'),
  ce_type: z.literal('fleet.history-changed'),
  ce_subject: z.string(),
  ce_time: z.iso.datetime(),
  'content-type': z.literal('application/json'),
});

type NoticeHeaders = z.output<typeof historyNoticeHeaders>;

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
        } satisfies NoticeHeaders,
      })),
    );
  } finally {
    await publisher.disconnect();
  }
}
