import { Producer, type CompressionAlgorithmValue } from '@platformatic/kafka';
import { testServers } from './test-servers.config.js';

export type TestCompression = Exclude<CompressionAlgorithmValue, 'none'>;

export interface CompressedMessage {
  readonly topic: string;
  readonly partition: number;
  readonly key?: string;
  readonly value: Buffer | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends messages as another service may: compressed, with another client than ours, one batch a partition. */
export async function sendCompressed(
  compression: TestCompression,
  messages: readonly CompressedMessage[],
): Promise<void> {
  const producer = new Producer({
    clientId: 'another-service',
    bootstrapBrokers: testServers().kafkaBrokers.split(','),
    retries: 0,
  });
  try {
    await producer.send({
      compression,
      messages: messages.map(({ key, value, headers = {}, ...place }) => ({
        ...place,
        ...(key === undefined ? {} : { key: Buffer.from(key) }),
        value: Buffer.from(value),
        headers: new Map(
          Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)]),
        ),
      })),
    });
  } finally {
    await producer.close();
  }
}
