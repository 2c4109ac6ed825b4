import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createKafka } from './kafka-client.js';
import { silent, startTestKafka, type TestKafka } from './kafka.fixture.js';
import { endOffsets } from './end-offsets.js';
import { readLogTail } from './log-tail.js';
import { createPublisher, type OutgoingMessage } from './publisher.js';

function messages(partition: number, from: number, count: number): OutgoingMessage[] {
  return Array.from({ length: count }, (_, index) => ({
    partition,
    key: `key-${partition}`,
    value: JSON.stringify({ number: from + index }),
    headers: { ce_id: `${partition}-${from + index}` },
  }));
}

describe('the publisher', () => {
  let test: TestKafka;
  beforeAll(async () => {
    test = await startTestKafka('publisher');
  });

  it('tells the first offset in each partition, and keeps the order', async () => {
    const { kafka, topic } = test;
    const publisher = createPublisher(kafka);

    const first = await publisher.publish(topic, [...messages(0, 0, 3), ...messages(2, 0, 2)]);
    const second = await publisher.publish(topic, messages(0, 3, 2));
    await publisher.disconnect();

    expect(first).toEqual(new Map([[0, 0n], [2, 0n]])); // prettier-ignore
    expect(second).toEqual(new Map([[0, 3n]]));
    const tail = await readLogTail(kafka, topic, new Map([[0, 0n]]));
    expect(tail.get(0)?.map(({ offset, value }) => [offset, value?.toString()])).toEqual(
      [0n, 1n, 2n, 3n, 4n].map((offset) => [offset, `{"number":${offset}}`]),
    );
  });

  it('publishes nothing for an empty batch', async () => {
    const publisher = createPublisher(test.kafka);

    expect(await publisher.publish(test.topic, [])).toEqual(new Map());
  });

  it('says that the outcome is unknown when the topic is missing, and works again afterwards', async () => {
    const { kafka, topic } = test;
    const publisher = createPublisher(kafka);

    await expect(publisher.publish(`${topic}-missing`, messages(0, 0, 1))).rejects.toMatchObject({
      code: 'publish-failed',
    });
    await expect(publisher.publish(topic, messages(1, 0, 1))).resolves.toEqual(new Map([[1, 0n]]));
    await publisher.disconnect();
  });

  it('gives up at its deadline when the broker does not answer', async () => {
    const sockets: Socket[] = [];
    const mute = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await new Promise((resolve) => mute.once('listening', resolve));
    const { port } = mute.address() as AddressInfo;
    const kafka = createKafka({ ...test.settings, brokers: [`127.0.0.1:${port}`] }, 'mute', silent);
    const publisher = createPublisher(kafka, { timeoutMs: 200 });
    const started = Date.now();

    await expect(publisher.publish(test.topic, messages(0, 0, 1))).rejects.toMatchObject({
      code: 'publish-failed',
    });

    expect(Date.now() - started).toBeLessThan(1_000);
    mute.close();
    for (const socket of sockets) socket.destroy();
  });
});

describe('the tail of a log', () => {
  let test: TestKafka;
  beforeAll(async () => {
    test = await startTestKafka('log-tail');
    const publisher = createPublisher(test.kafka);
    for (let batch = 0; batch < 5; batch++)
      await publisher.publish(test.topic, messages(0, batch * 100, 100));
    await publisher.publish(test.topic, messages(1, 0, 1));
    await publisher.disconnect();
  });

  it('has ends for every partition', async () => {
    expect(await endOffsets(test.kafka, test.topic)).toEqual(
      new Map([
        [0, { start: 0n, end: 500n }],
        [1, { start: 0n, end: 1n }],
        [2, { start: 0n, end: 0n }],
      ]),
    );
  });

  it('is read from the very offset that was asked for, in the middle of a batch too, to the end', async () => {
    const tail = await readLogTail(test.kafka, test.topic, new Map([[0, 250n], [1, 0n], [2, 0n]])); // prettier-ignore

    expect(tail.get(0)?.map(({ offset }) => offset)).toEqual(
      Array.from({ length: 250 }, (_, index) => BigInt(250 + index)),
    );
    expect(tail.get(0)?.[0]?.headers?.['ce_id']?.toString()).toBe('0-250');
    expect(tail.get(1)).toHaveLength(1);
    expect(tail.get(2)).toEqual([]);
  });

  it('is empty at the end, above it, and for an unknown partition', async () => {
    const tail = await readLogTail(test.kafka, test.topic, new Map([[0, 500n], [1, 99n], [7, 0n]])); // prettier-ignore

    expect(tail).toEqual(new Map([[0, []], [1, []], [7, []]])); // prettier-ignore
  });

  it('leaves no consumer group behind', async () => {
    await readLogTail(test.kafka, test.topic, new Map([[0, 0n]]));
    const admin = test.kafka.admin();
    await admin.connect();
    const { groups } = await admin.listGroups();
    await admin.disconnect();

    expect(groups.filter(({ groupId }) => groupId.includes(test.settings.topicPrefix))).toEqual([]);
  });
});
