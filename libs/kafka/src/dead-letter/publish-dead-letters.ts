import { createPublisher } from '../kafkajs/create-publisher.js';
import type { KafkaRecord } from '../kafka-record.js';
import type { Kafka } from '../kafka.js';
import { deadLetterTopic } from '../topics.js';
import { toDeadLetter, type DeadLetterError } from './dead-letter.js';
import { deadLetters } from './dead-letter.metrics.js';
import type { RecordSource } from './record-by-record.js';

export interface NewDeadLetter {
  readonly record: KafkaRecord;
  readonly error: Omit<DeadLetterError, 'at'>;
}

/**
 * Publishes records of one partition to the dead letter topic of a group. Resolves once every in-sync replica has them.
 * @param group its full name
 * @throws KafkaError `publish-failed`: whether they were written is unknown, do it again
 */
export async function publishDeadLetters(
  kafka: Kafka,
  group: string,
  source: RecordSource,
  letters: readonly NewDeadLetter[],
): Promise<void> {
  // On a connection of its own: dead letters are rare, and so nobody has to close a connection that is kept.
  const publisher = createPublisher(kafka);
  try {
    // One by one: together they could be more than the topic takes.
    for (const { record, error } of letters) {
      await publisher.publish(deadLetterTopic(group), [toDeadLetter(record, source, error)]);
    }
  } finally {
    await publisher.disconnect();
  }
  deadLetters.inc({ group, topic: source.topic }, letters.length);
}
