import {
  notificationEvents,
  notificationId,
  toCloudEvent,
  type RecordedEvent,
  type SigningKey,
} from '@eventfleet/contracts';
import {
  createPublisher,
  describeTopic,
  partitionOf,
  withPrefix,
  type Kafka,
  type Publisher,
} from '@eventfleet/kafka';
import type { KafkaSettings } from '@eventfleet/config';
import type { FailureReason, MailKey } from '@eventfleet/notifications';
import { v5 } from 'uuid';

/** A mail that will never be sent, and the event that it was to tell of. */
export interface MailFailure extends MailKey {
  readonly event: RecordedEvent;
  readonly reason: FailureReason;
  readonly decidedAt: Date;
}

/** After a failure, Kafka is not asked again for so long. */
const PAUSE_MS = 5_000;

/** Reports to other services, on Kafka, the mails that will never be sent. */
export class FailureReport {
  private readonly topic: string;
  /** Known once the topic has been seen: the number is fixed for its life. */
  private partitions: number | undefined;
  /** The publisher takes one batch at a time. */
  private last: Promise<unknown> = Promise.resolve();
  private pause: { readonly until: number; readonly reason: unknown } | undefined;

  constructor(
    kafka: Kafka,
    settings: KafkaSettings,
    /** Signs each report, if it is given. */
    private readonly signingKey: SigningKey | undefined,
    private readonly publisher: Pick<Publisher, 'publish' | 'disconnect'> = createPublisher(kafka),
    private readonly describe: (topic: string) => Promise<{ partitions: number }> = (topic) =>
      describeTopic(kafka, topic),
  ) {
    this.topic = withPrefix(settings, notificationEvents.topic);
  }

  /**
   * Resolves once every in-sync replica has the event. A repeat is the same record again, its ids included. After a
   * failure those that wait behind it fail at once, and for some seconds any other: each holds up a mail that could go.
   * @throws KafkaError `publish-failed`: whether it was written is unknown, do it again; `topic-missing`, or an
   *   error of the Kafka client: nothing was written
   */
  async publish(failure: MailFailure): Promise<void> {
    const event = notificationFailed(failure);
    const { key, value, headers } = toCloudEvent(event, '/eventfleet/notifier', this.signingKey);
    const turn = this.last.then(() =>
      this.unlessPaused(async () => {
        this.partitions ??= (await this.describe(this.topic)).partitions;
        const partition = partitionOf(key, this.partitions);
        await this.publisher.publish(this.topic, [{ partition, key, value, headers }]);
      }),
    );
    this.last = turn.catch(() => undefined);
    await turn;
  }

  disconnect(): Promise<void> {
    return this.publisher.disconnect();
  }

  private async unlessPaused(send: () => Promise<unknown>): Promise<void> {
    if (this.pause && performance.now() < this.pause.until) throw this.pause.reason;
    try {
      await send();
    } catch (error) {
      this.pause = { until: performance.now() + PAUSE_MS, reason: error };
      throw error;
    }
  }
}

/** `notification.failed`, the same event whenever it is made again. */
export function notificationFailed({ event, eventId, mail, reason, decidedAt }: MailFailure): RecordedEvent {
  const id = notificationId(eventId, mail);
  return {
    eventId: v5('notification.failed', id),
    type: 'notification.failed',
    schemaVersion: notificationEvents.schemaVersionOf('notification.failed'),
    aggregateType: notificationEvents.aggregateType,
    aggregateId: id,
    version: 1,
    // It comes from no event store.
    globalPosition: '0',
    occurredAt: decidedAt.toISOString(),
    data: JSON.stringify({ id, userId: event.aggregateId, eventId, mail, reason }),
    correlationId: event.correlationId,
    causationId: event.eventId,
    traceparent: event.traceparent,
  };
}
