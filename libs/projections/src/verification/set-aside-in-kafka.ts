import { publishDeadLetters, withPrefix } from '@eventfleet/kafka';
import type { Kafka } from '@eventfleet/kafka';
import type { KafkaSettings } from '@eventfleet/config';
import { isTooLarge, describeTooLarge } from '../runtime/record-size.js';
import type { SetAside } from './record-verifier.js';

const FOREIGN_EVENT = 'foreign-event';

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
      records.map(({ record }) => {
        const isKept = !isTooLarge(record);
        const message = 'the event store has no such event, or nobody has signed the record';
        return {
          record: isKept ? record : { ...record, value: null, headers: {} },
          error: {
            code: FOREIGN_EVENT,
            message: isKept ? message : `${message}, and ${describeTooLarge(record)}`,
            attempts: 1,
          },
        };
      }),
    );
}
