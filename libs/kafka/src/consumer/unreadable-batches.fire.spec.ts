import { eventually, sendCompressed, type TestCompression } from '@eventfleet/testing';
import { startTestKafka, type TestKafka } from '../kafka.fixture.js';
import type { KafkaRecord } from '../kafka-record.js';
import { visitLogTail } from '../kafkajs/admin/log-tail.js';
import { committedOffsets, publish, startConsumer, type TestConsumer, valuesOf } from './batch-consumer.fixture.js'; // prettier-ignore

const MIB = 1024 * 1024;

describe('batches of other clients', () => {
  let test: TestKafka;
  let consumer: TestConsumer | undefined;

  beforeEach(async () => {
    test = await startTestKafka('batches');
  });
  afterEach(async () => {
    await consumer?.close();
    consumer = undefined;
  });

  async function send(compression: TestCompression, values: readonly (Buffer | string)[]): Promise<void> {
    const { topic } = test;
    await sendCompressed(compression, values.map((value) => ({ topic, partition: 0, value }))); // prettier-ignore
  }

  const spaces = (size: number) => Buffer.alloc(size, ' ');

  /** Of the partition, as the consumer got them. */
  async function consumedUpTo(end: bigint): Promise<readonly KafkaRecord[]> {
    const started = await startConsumer(test);
    consumer = started;
    await eventually(() => started.batches.at(-1)?.lastOffset === end - 1n);
    await eventually(async () => (await committedOffsets(test)).get(0) === end);
    expect(started.fatal).toEqual([]);
    return started.batches.flatMap(({ messages }) => messages);
  }

  it.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)(
    'are read if they come compressed by %s',
    async (compression) => {
      const values = ['a', 'b'.repeat(100_000), 'c'];
      await send(compression, values);
      await publish(test, 0, ['d']);

      await consumedUpTo(4n);

      expect(valuesOf(consumer!.batches, 0)).toEqual([...values, 'd']);
    },
  );

  it('are passed without their bytes if they are too large, and those around them are read', async () => {
    await publish(test, 0, ['a']);
    await send('gzip', [spaces(30 * MIB), 'lost with it']);
    await publish(test, 0, ['b']);
    await send('zstd', [spaces(40 * MIB)]);
    await publish(test, 0, ['c']);
    const seen = (await consumedUpTo(6n)).map(({ offset, value, unreadable }) => ({
      offset,
      value: value?.toString() ?? null,
      unreadable,
    }));

    const tooLarge = (offsets: string) => ({
      code: 'batch-too-large',
      message: expect.stringMatching(new RegExp(`^offsets ${offsets} are one batch.*[0-9a-f]{64}$`)),
    });
    expect(seen).toMatchObject([
      { offset: 0n, value: 'a', unreadable: undefined },
      { offset: 2n, value: null, unreadable: tooLarge('1 to 2') },
      { offset: 3n, value: 'b', unreadable: undefined },
      { offset: 4n, value: null, unreadable: tooLarge('4 to 4') },
      { offset: 5n, value: 'c', unreadable: undefined },
    ]);
  });

  it('are passed as one record if they have more of them than fit', async () => {
    await send('zstd', Array<string>(70_000).fill(''));
    await publish(test, 0, ['a']);

    expect(await consumedUpTo(70_001n)).toMatchObject([
      { offset: 69_999n, unreadable: { code: 'batch-too-large' } },
      { offset: 70_000n },
    ]);
  });

  it('come one fetch after the other if they are large together, and none is missed', async () => {
    const values = Array.from({ length: 6 }, (_, index) => Buffer.alloc(3 * MIB, String(index)));
    for (const value of values) await send('zstd', [value, value, value]);

    const records = await consumedUpTo(18n);

    expect(records.map(({ value }) => [value?.length, value?.[0]])).toEqual(
      values.flatMap((value) => Array.from({ length: 3 }, () => [value.length, value[0]])),
    );
    const visited: bigint[] = [];
    await visitLogTail(
      test.kafka,
      test.topic,
      new Map([[0, 11n]]),
      ({ offset }) => void visited.push(offset),
    );
    expect(visited).toEqual([11n, 12n, 13n, 14n, 15n, 16n, 17n]);
  });

  it('do not keep other partitions waiting, however much there is in one', async () => {
    const large = Buffer.alloc(3 * MIB, ' ');
    for (let batch = 0; batch < 15; batch++) await send('zstd', Array<Buffer>(5).fill(large));
    await sendCompressed('zstd', [{ topic: test.topic, partition: 1, value: large }]);

    await consumedUpTo(75n);

    const partitions = consumer!.batches.map(({ partition }) => partition);
    expect(partitions.indexOf(1)).toBeLessThan(partitions.lastIndexOf(0));
  });
});
