import type { IHeaders, Kafka, Producer, RecordMetadata } from 'kafkajs';
import { KafkaError } from './kafka.errors.js';
import type { RecordHeaders } from './record-headers.js';

/** Whatever a record may hold, null and bytes that are no text included. */
export interface OutgoingRecord {
  readonly partition: number;
  readonly key: Buffer | string | null;
  readonly value: Buffer | string | null;
  readonly headers: Readonly<RecordHeaders>;
}

/** A record that is text throughout. */
export interface OutgoingMessage extends OutgoingRecord {
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Publisher {
  /**
   * Writes the messages, in order within each partition, and answers once every in-sync replica has them.
   * Call it again only after it has settled: order holds for one batch in flight.
   * @returns the offset of the first message in each partition; the others follow it without gaps
   * @throws KafkaError `publish-failed` after any failure or the deadline. Whether messages were written is then
   *   unknown, for each partition on its own: nothing is retried here, the caller reads the log and decides.
   *   The connections are given up, so that the next call starts on fresh ones with fresh metadata.
   */
  publish(topic: string, messages: readonly OutgoingRecord[]): Promise<Map<number, bigint>>;
  disconnect(): Promise<void>;
}

export interface PublisherOptions {
  /** Deadline of one `publish`, connecting included. */
  readonly timeoutMs?: number;
}

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

  return {
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
  };
}

function createProducer(kafka: Kafka): Producer {
  return kafka.producer({
    allowAutoTopicCreation: false,
    retry: { retries: 0 },
    // The caller names each message's partition.
    createPartitioner: () => (args) => args.message.partition ?? 0,
  });
}

async function withDeadline<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
