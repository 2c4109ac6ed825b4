import { fromCloudEvent, notificationEvents } from '@eventfleet/contracts';
import { endOffsets, readLogTail } from '@eventfleet/kafka';
import { kafkaOf } from './topic.js';

export interface ReportedFailure {
  /** `ce_id`: the same for every report of the same failure. */
  readonly recordId: string;
  readonly eventId: string;
  readonly mail: string;
  readonly reason: string;
}

/** Every `notification.failed` on Kafka, repeats included. */
export async function readFailures(env: Readonly<Record<string, string>>): Promise<ReportedFailure[]> {
  const kafka = kafkaOf(env);
  const topic = `${env.KAFKA_TOPIC_PREFIX ?? ''}${notificationEvents.topic}`;
  const ends = await endOffsets(kafka, topic);
  const starts = new Map([...ends].map(([partition, { start }]) => [partition, start]));
  const records = [...(await readLogTail(kafka, topic, starts)).values()].flat();
  return records.map((record) => {
    const event = notificationEvents.parse(fromCloudEvent(record));
    const { eventId, mail, reason } = event.data;
    return { recordId: event.eventId, eventId, mail, reason };
  });
}
