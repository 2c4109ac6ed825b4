import { eventually } from '@eventfleet/testing';
import { startTestKafka, type TestKafka } from '../kafka.fixture.js';
import { createPublisher } from '../kafkajs/create-publisher.js';
import { endOffsets } from '../kafkajs/admin/end-offsets.js';
import { saveGroupOffset } from '../kafkajs/admin/group-offsets.js';
import { readLogTail } from '../kafkajs/admin/log-tail.js';
import type { OutgoingRecord } from '../publisher.js';
import { describeDeadLetters } from './dead-letter-overview.js';
import { eraseHandledRecords, eraseRecords } from './erase-records.js';
import { saveRetryProgress } from './retry-progress.js';

const PARTITION = 1;

describe('records of an aggregate', () => {
  let test: TestKafka;

  beforeEach(async () => {
    test = await startTestKafka('erase');
  });

  async function publish(...keys: readonly string[]): Promise<void> {
    const records = keys.map((key, index) => {
      return { partition: PARTITION, key, value: `${key}-${index}`, headers: { n: `${index}` } };
    });
    await publishRecords(records);
  }

  async function publishRecords(records: readonly OutgoingRecord[]): Promise<void> {
    const publisher = createPublisher(test.kafka);
    await publisher.publish(test.topic, records);
    await publisher.disconnect();
  }

  async function read(partition = PARTITION): Promise<string[]> {
    const start = (await endOffsets(test.kafka, test.topic)).get(partition)!.start;
    const tail = await readLogTail(test.kafka, test.topic, new Map([[partition, start]]));
    return (tail.get(partition) ?? []).map(
      ({ key, value, headers }) => `${String(key)} ${String(value)} ${String(headers?.['n'])}`,
    );
  }

  it('are deleted, and those of others stay', async () => {
    await publish('a', 'x', 'b', 'x', 'c');

    // The first group of a cluster waits for its coordinator.
    expect(await eventually(() => eraseRecords(test.kafka, test.topic, 'x'))).toBe(2);

    expect(await read()).toEqual(['c c-4 4', 'a a-0 0', 'b b-2 2']);
    expect(await eraseRecords(test.kafka, test.topic, 'x')).toBe(0);
    expect(await read()).toHaveLength(3);
  });

  it('are deleted with those of others that were retried, of which none waits once more', async () => {
    const { kafka, topic } = test;
    await publish('a', 'x', 'b', 'c', 'x', 'd');
    // The first group of a cluster waits for its coordinator.
    await eventually(async () => {
      await saveRetryProgress(kafka, topic, PARTITION, { next: 1n, single: [2n] });
      return true;
    });

    expect(await eraseRecords(kafka, topic, 'x')).toBe(2);

    expect(await read()).toEqual(['d d-5 5', 'c c-3 3']);
    expect((await describeDeadLetters(kafka, topic)).waiting).toBe(2);
  });

  it('are deleted with what lies before them, once their group has handled them', async () => {
    const group = `${test.settings.topicPrefix}group`;
    const { kafka, topic } = test;
    await publish('a', 'x', 'b', 'x', 'c');
    const erase = () => eraseHandledRecords(kafka, { topic, group, aggregateId: 'x' });

    // The first group of a cluster waits for its coordinator.
    await eventually(async () => (await erase()) === undefined);
    await saveGroupOffset(kafka, group, { topic, partition: PARTITION, offset: 3n, metadata: '' });
    expect(await erase()).toBeUndefined();
    expect(await read()).toHaveLength(5);
    await saveGroupOffset(kafka, group, { topic, partition: PARTITION, offset: 4n, metadata: '' });

    expect(await erase()).toBe(2);
    expect(await read()).toEqual(['c c-4 4']);
    expect(await erase()).toBe(0);
  });

  it('are found by key or subject, in letters of any case and in every partition', async () => {
    const group = `${test.settings.topicPrefix}group`;
    const { kafka, topic } = test;
    const other = 2;
    const bySubject = { partition: other, key: null, value: 'v', headers: { ce_subject: 'X' } };
    await publish('X', 'b');
    await publishRecords([bySubject]);
    const erase = () => eraseHandledRecords(kafka, { topic, group, aggregateId: 'x' });

    await eventually(async () => (await erase()) === undefined);
    await saveGroupOffset(kafka, group, { topic, partition: PARTITION, offset: 1n, metadata: '' });
    expect(await erase()).toBeUndefined();
    await saveGroupOffset(kafka, group, { topic, partition: other, offset: 1n, metadata: '' });

    expect(await erase()).toBe(2);
    expect([await read(), await read(other)]).toEqual([['b b-1 1'], []]);
    await publishRecords([bySubject]);
    expect(await eraseRecords(kafka, topic, 'x')).toBe(1);
    expect(await read(other)).toEqual([]);
  });
});
