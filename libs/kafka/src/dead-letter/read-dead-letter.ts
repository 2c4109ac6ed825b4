import type { Kafka } from '../kafka.js';
import { KafkaError } from '../kafka.errors.js';
import type { KafkaRecord } from '../kafka-record.js';
import { readLogTail } from '../kafkajs/admin/log-tail.js';

/** Where a record of a dead letter topic lies, written `<topic>/<partition>/<offset>`. */
export interface DeadLetterAddress {
  /** The full name, with prefix. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** @throws KafkaError `dead-letter-missing` when nothing lies there */
export async function readDeadLetter(
  kafka: Kafka,
  { topic, partition, offset }: DeadLetterAddress,
): Promise<KafkaRecord> {
  const tail = await readLogTail(kafka, topic, new Map([[partition, offset]]), 1);
  const record = tail.get(partition)?.find((candidate) => candidate.offset === offset);
  if (record) return record;
  throw new KafkaError('dead-letter-missing', `there is nothing at ${topic}/${partition}/${offset}`);
}
