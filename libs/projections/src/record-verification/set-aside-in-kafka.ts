import type { KafkaSettings } from '@eventfleet/config';
import { publishDeadLetters, withPrefix, type Kafka } from '@eventfleet/kafka';
import type { SetAside } from './record-verifier.js';

const FOREIGN_EVENT = {
  code: 'foreign-event',
  message: 'the event store has no such event, or nobody has signed the record',
};

/** Sets records aside in the dead letter topic of their group, which has the projection's name. */
export function setAsideInKafka({
  kafka,
  settings,
}: {
  readonly kafka: Kafka;
  readonly settings: KafkaSettings;
}): SetAside {
  return (projection, { topic, partition, identity }, records) =>
    publishDeadLetters(
      kafka,
      withPrefix(settings, projection),
      { topic, partition, identity },
      records.map(({ record }) => ({
        record,
        error: { ...(record.unreadable ?? FOREIGN_EVENT), attempts: 1 },
      })),
    );
}
