import { fromCloudEvent, notificationEvents } from '@eventfleet/contracts';
import { readRecords } from './topic.js';

export interface ReportedFailure {
  /** `ce_id`: the same for every report of the same failure. */
  readonly recordId: string;
  readonly eventId: string;
  readonly mail: string;
  readonly reason: string;
}

/** Every `notification.failed` on Kafka, repeats included. */
export async function readFailures(env: Readonly<Record<string, string>>): Promise<ReportedFailure[]> {
  return (await readRecords(env, notificationEvents.topic)).map((record) => {
    const event = notificationEvents.parse(fromCloudEvent(record));
    const { eventId, mail, reason } = event.data;
    return { recordId: event.eventId, eventId, mail, reason };
  });
}
