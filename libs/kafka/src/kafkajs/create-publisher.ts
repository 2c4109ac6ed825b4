import { withDeadline } from '@eventfleet/resilience';
import type { IHeaders, Producer, RecordMetadata } from 'kafkajs';
import type { Kafka } from '../kafka.js';
import { KafkaError } from '../kafka.errors.js';
import type { OutgoingRecord, Publisher, PublisherOptions } from '../publisher.js';
import { tracedPublisher } from '../tracing/traced-publisher.js';
import { clientOf } from './kafkajs-client.js';

interface Connection {
  readonly producer: Producer;
  readonly ready: Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const ALL_IN_SYNC_REPLICAS = -1;

export function createPublisher(
  kafka: Kafka,
  { timeoutMs = DEFAULT_TIMEOUT_MS }: PublisherOptions = {},
): Publisher {
  let current: Connection | undefined;

  function connect(): Connection {
    if (!current) {
      const producer = createProducer(kafka);
      current = { producer, ready: producer.connect() };
    }
    return current;
  }

  async function send(
    connection: Connection,
    topic: string,
    messages: readonly OutgoingRecord[],
  ): Promise<RecordMetadata[]> {
    await connection.ready;
    // The deadline may have passed meanwhile: what the caller took for lost must not be sent after all.
    if (connection !== current) throw new Error('the connection was given up');
    return connection.producer.send({
      topic,
      acks: ALL_IN_SYNC_REPLICAS,
      timeout: timeoutMs,
      messages: messages.map(({ partition, key, value, headers }) => ({
        partition,
        key,
        value,
        // Kafka has headers that are null, kafkajs's types do not.
        headers: { ...headers } as IHeaders,
      })),
    });
  }

  async function giveUp(connection: Connection | undefined): Promise<void> {
    if (connection === current) current = undefined;
    // A connection that is still being made would otherwise be left open.
    await connection?.ready.catch(() => undefined);
    await connection?.producer.disconnect().catch(() => undefined);
  }

  return tracedPublisher({
    async publish(topic, messages) {
      if (messages.length === 0) return new Map();
      const connection = connect();
      try {
        const written = await withDeadline(send(connection, topic, messages), timeoutMs);
        return new Map(written.map(({ partition, baseOffset }) => [partition, BigInt(baseOffset ?? -1)]));
      } catch (cause) {
        // Not awaited: kafkajs first waits for what is under way, and that may hang.
        void giveUp(connection);
        throw new KafkaError('publish-failed', `publishing to ${topic} failed, the outcome is unknown`, {
          cause,
        });
      }
    },
    disconnect: () => withDeadline(giveUp(current), timeoutMs).catch(() => undefined),
  });
}

function createProducer(kafka: Kafka): Producer {
  return clientOf(kafka).producer({
    allowAutoTopicCreation: false,
    retry: { retries: 0 },
    // The caller names each message's partition.
    createPartitioner: () => (args) => args.message.partition ?? 0,
  });
}
