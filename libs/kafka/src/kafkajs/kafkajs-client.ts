import type { Kafka as Client } from 'kafkajs';
import { Kafka } from '../kafka.js';

/** What is behind `Kafka`. */
export class KafkajsClient extends Kafka {
  constructor(
    protected readonly clientId: string,
    readonly client: Client,
  ) {
    super();
  }
}

/** @throws Error for a `Kafka` that `createKafka` has not made */
export function clientOf(kafka: Kafka): Client {
  if (!(kafka instanceof KafkajsClient)) throw new Error('this is no kafkajs client');
  return kafka.client;
}
