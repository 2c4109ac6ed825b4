/**
 * A Kafka cluster and how this process reaches it, made by `createKafka`. Opaque: it is handed to the functions of this
 * lib, and only `kafkajs/` knows what is behind it.
 */
export abstract class Kafka {
  protected abstract readonly clientId: string;
}
