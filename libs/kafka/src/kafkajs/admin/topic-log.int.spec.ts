import { eventually } from '@eventfleet/testing';
import { startTestKafka, type TestKafka } from '../../kafka.fixture.js';
import { clientOf } from '../kafkajs-client.js';
import { createPublisher } from '../create-publisher.js';
import { listGroups } from '../admin.fixture.js';
import { withTopicLog } from './topic-log.js';

const key = 'key';

let test: TestKafka;
beforeAll(async () => {
  test = await startTestKafka('topic-log');
  const publisher = createPublisher(test.kafka);
  const records = Array.from({ length: 100 }, (_, number) => ({
    partition: 0,
    key,
    value: String(number),
    headers: {},
  }));
  await publisher.publish(test.topic, records);
  await publisher.disconnect();
});

describe('the log of a topic', () => {
  it('is read from the very offset that was asked for, with where it ends', async () => {
    const [batch, ...others] = await withTopicLog(
      test.kafka,
      test.topic,
      (log) =>
      log.read(new Map([[0, 40n], [1, 0n]])), // prettier-ignore
    );

    expect(others).toEqual([]);
    expect(batch).toMatchObject({ partition: 0, firstOffset: 40n, lastOffset: 99n, highWatermark: 100n });
    expect(batch?.messages.map(({ value }) => Number(value))).toEqual(
      Array.from({ length: 60 }, (_, index) => 40 + index),
    );
  });

  it('passes over the records that only the broker reads, and counts their offsets', async () => {
    const producer = clientOf(test.kafka).producer({ transactionalId: `${test.topic}-tx`, idempotent: true });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({
      topic: test.topic,
      messages: [{ partition: 2, key, value: 'in a transaction' }],
    });
    await transaction.commit();
    await producer.disconnect();

    await withTopicLog(test.kafka, test.topic, async (log) => {
      // The mark of the commit is written a moment after its answer.
      const end = await eventually(async () => {
        const found = (await log.ends()).get(2)!.end;
        return found === 2n && found;
      });
      let next = 0n;
      const values: string[] = [];
      while (next < end) {
        for (const batch of await log.read(new Map([[2, next]]))) {
          values.push(...batch.messages.map(({ value }) => String(value)));
          next = batch.lastOffset + 1n;
        }
      }
      expect(values).toEqual(['in a transaction']);
    });
  });

  it('leaves no consumer group behind', async () => {
    const groups = await listGroups(test.kafka);
    expect(groups.filter((group) => group.includes(test.settings.topicPrefix))).toEqual([]);
  });
});
