import { createSecretKey } from 'node:crypto';
import { SIGNATURE_HEADER, signRecord, verifyRecord } from '@eventfleet/contracts';
import { silent, startTestKafka, type TestKafka } from '../kafka.fixture.js';
import type { KafkaRecord } from '../kafka-record.js';
import type { OutgoingRecord } from '../publisher.js';
import { endOffsets } from '../kafkajs/admin/end-offsets.js';
import { readLogTail } from '../kafkajs/admin/log-tail.js';
import { createKafka } from '../kafkajs/create-kafka.js';
import { createPublisher } from '../kafkajs/create-publisher.js';
import { deadLetterTopic, ensureTopics, fleetTopics } from '../topics.js';
import { toDeadLetter } from './dead-letter.js';
import { describeDeadLetters, findDeadLetterTopics } from './dead-letter-overview.js';
import { retryDeadLetter, retryDeadLetters } from './retry-dead-letters.js';

const GROUP = 'commands';
const NINE_YEARS_MS = 9 * 365 * 24 * 60 * 60 * 1_000;

describe('a retry of dead letters', () => {
  let test: TestKafka;
  let target: string;

  beforeEach(async () => {
    test = await startTestKafka('retry');
    target = deadLetterTopic(`${test.settings.topicPrefix}${GROUP}`);
    await ensureTopics(test.kafka, fleetTopics(test.settings, [GROUP]), test.settings);
  });

  /** Dead letters of partition 2 of the topic, with these values. */
  async function publishDeadLetters(values: readonly string[], topic = test.topic): Promise<void> {
    const identity = { clusterId: 'c', topicId: 't', partitions: 3 };
    const letters = values.map((value, index) => {
      const record = {
        offset: BigInt(index),
        key: Buffer.from('k'),
        value: Buffer.from(value),
        timestamp: 1,
      };
      return toDeadLetter(
        record,
        { topic, partition: 2, identity },
        { code: 'no', message: 'no', attempts: 5 },
      );
    });
    const publisher = createPublisher(test.kafka);
    await publisher.publish(target, letters);
    await publisher.disconnect();
  }

  async function read(topic: string): Promise<KafkaRecord[]> {
    const starts = [...(await endOffsets(test.kafka, topic))].map(([partition, { start }]) => [
      partition,
      start,
    ]);
    const tail = await readLogTail(test.kafka, topic, new Map(starts as [number, bigint][]));
    return [...tail.values()].flat();
  }

  const republished = async () => (await read(test.topic)).map(({ value }) => String(value));
  const numbered = (count: number) => Array.from({ length: count }, (_, index) => `value-${index}`);
  const waiting = async () => (await describeDeadLetters(test.kafka, target)).waiting;
  const at = (offset: bigint) => ({ topic: target, partition: 0, offset });

  it('publishes all of them once, in order, to the partition that they came from', async () => {
    await publishDeadLetters(numbered(250));

    expect(await retryDeadLetters(test.kafka, target)).toEqual({ retried: 250, foreign: 0, withoutBytes: 0 });
    expect(await retryDeadLetters(test.kafka, target)).toEqual({ retried: 0, foreign: 0, withoutBytes: 0 });

    expect(await republished()).toEqual(numbered(250));
    expect((await endOffsets(test.kafka, test.topic)).get(2)?.end).toBe(250n);
    expect(await describeDeadLetters(test.kafka, target)).toMatchObject({ total: 250, waiting: 0 });
  });

  it('leaves a signature good, whatever the dead letter has noted beside it', async () => {
    const signingKey = { kid: 'k', secret: createSecretKey(Buffer.alloc(32, 1)) };
    const headers: OutgoingRecord['headers'] = {
      ce_id: 'event',
      ce_twice: ['b', Buffer.from([0xff]), 'a'],
      ce_null: null,
      traceparent: 't',
    };
    const record = { key: 'user', value: '{"name":"Zoë"}', headers };
    const signed = { ...headers, [SIGNATURE_HEADER]: signRecord(record, signingKey) };
    const publisher = createPublisher(test.kafka);
    await publisher.publish(test.topic, [{ partition: 2, ...record, headers: signed }]);

    const [original] = await read(test.topic);
    const source = {
      topic: test.topic,
      partition: 2,
      identity: { clusterId: 'c', topicId: 't', partitions: 3 },
    };
    await publisher.publish(target, [
      toDeadLetter(original!, source, { code: 'no', message: 'no', attempts: 5 }),
    ]);
    await publisher.disconnect();
    const [letter] = await read(target);
    await retryDeadLetter(test.kafka, at(0n));
    const [, again] = await read(test.topic);

    expect([original, letter, again].map((each) => verifyRecord(each!, [signingKey]))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('remembers those that were retried one by one', async () => {
    await publishDeadLetters(numbered(5));
    await retryDeadLetter(test.kafka, at(3n));
    await retryDeadLetter(test.kafka, at(1n));
    expect(await waiting()).toBe(3);

    expect(await retryDeadLetters(test.kafka, target)).toEqual({ retried: 3, foreign: 0, withoutBytes: 0 });

    expect(await republished()).toEqual(['value-3', 'value-1', 'value-0', 'value-2', 'value-4']);
    expect(await waiting()).toBe(0);
  });

  it('remembers what it did before one of them failed', async () => {
    await publishDeadLetters(['a', 'b']);
    await publishDeadLetters(['c'], `${test.topic}-gone`);
    await publishDeadLetters(['d']);

    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(retryDeadLetters(test.kafka, target)).rejects.toMatchObject({ code: 'topic-missing' });
    }

    expect(await republished()).toEqual(['a', 'b']);
    expect(await waiting()).toBe(2);
  });

  it('passes over what nobody here wrote, and finds nothing where nothing is', async () => {
    const publisher = createPublisher(test.kafka);
    await publisher.publish(target, [{ partition: 0, key: null, value: null, headers: { other: 'x' } }]);
    await publisher.disconnect();

    await expect(retryDeadLetter(test.kafka, at(0n))).rejects.toMatchObject({ code: 'dead-letter-missing' });
    await expect(retryDeadLetter(test.kafka, at(7n))).rejects.toMatchObject({ code: 'dead-letter-missing' });
    expect(await retryDeadLetters(test.kafka, target)).toEqual({ retried: 0, foreign: 1, withoutBytes: 0 });
    expect(await waiting()).toBe(0);
  });

  it('is remembered for longer than the seven days that Kafka keeps the offsets of an empty group', async () => {
    await publishDeadLetters(['a']);
    await retryDeadLetters(test.kafka, target);

    const commit = (await read('__consumer_offsets')).findLast(({ key }) => key?.includes(`${target}.retry`));

    // An offset's record of schema 1 ends with when it expires; the others have no such field.
    expect(commit?.value?.readInt16BE(0)).toBe(1);
    const expiresAt = Number(commit?.value?.readBigInt64BE((commit.value?.length ?? 8) - 8));
    expect(expiresAt).toBeGreaterThan(Date.now() + NINE_YEARS_MS);
  });

  it('finds the topics of its own prefix only', async () => {
    const { kafka, settings } = test;
    const other = { ...settings, topicPrefix: `other-${settings.topicPrefix}` };
    await ensureTopics(createKafka(other, 'other', silent), fleetTopics(other, [GROUP]), other);

    expect(await findDeadLetterTopics(kafka, settings)).toEqual([target]);
  });
});
