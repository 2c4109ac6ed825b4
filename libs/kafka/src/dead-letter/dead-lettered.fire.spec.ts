import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eventually, sendCompressed } from '@eventfleet/testing';
import { register } from 'prom-client';
import {
  committedOffsets,
  GROUP,
  startConsumer,
  type TestConsumer,
} from '../consumer/batch-consumer.fixture.js';
import { silent, startTestKafka, type TestKafka } from '../kafka.fixture.js';
import type { KafkaRecord } from '../kafka-record.js';
import { readLogTail } from '../kafkajs/admin/log-tail.js';
import { createPublisher } from '../kafkajs/create-publisher.js';
import type { OutgoingRecord } from '../publisher.js';
import { deadLetterTopic, ensureTopics, fleetTopics } from '../topics.js';
import { deadLettered } from './dead-lettered.js';
import { fromDeadLetter } from './dead-letter.js';
import { inBytes } from './in-bytes.fixture.js';
import { retryDeadLetter, retryDeadLetters } from './retry-dead-letters.js';

const CHILD = fileURLToPath(new URL('dying-consumer.fixture.ts', import.meta.url));
const away = Object.assign(new Error('away'), { code: 'ECONNREFUSED' });

describe('a group with dead letters', () => {
  let test: TestKafka;
  let target: string;
  const started: TestConsumer[] = [];
  /** What the handler was given, by value, every attempt. */
  let attempts: string[];
  let handled: string[];
  let failures: Map<string, Error>;

  beforeEach(async () => {
    test = await startTestKafka('dead-letter');
    target = deadLetterTopic(`${test.settings.topicPrefix}${GROUP}`);
    attempts = [];
    handled = [];
    failures = new Map();
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((consumer) => consumer.close()));
  });

  async function makeDeadLetterTopic(): Promise<void> {
    await ensureTopics(test.kafka, fleetTopics(test.settings, [GROUP]), test.settings);
  }

  async function start(maxAttempts = 3): Promise<TestConsumer> {
    const { kafka, settings } = test;
    const handler = deadLettered(
      async ({ value }) => {
        const text = String(value).slice(0, 20);
        attempts.push(text);
        const failure = failures.get(text);
        if (failure) throw failure;
        handled.push(text);
      },
      { kafka, settings, group: GROUP, logger: silent, maxAttempts },
    );
    const consumer = await startConsumer(test, handler);
    started.push(consumer);
    return consumer;
  }

  async function send(partition: number, ...values: string[]): Promise<void> {
    await sendRecords(values.map((value) => ({ partition, key: 'key', value, headers: {} })));
  }

  async function sendRecords(records: readonly OutgoingRecord[]): Promise<void> {
    const publisher = createPublisher(test.kafka);
    await publisher.publish(test.topic, records);
    await publisher.disconnect();
  }

  async function read(topic: string): Promise<KafkaRecord[]> {
    return (await readLogTail(test.kafka, topic, new Map([[0, 0n]]))).get(0) ?? [];
  }

  function committed(partition: number, offset: bigint): Promise<unknown> {
    return eventually(async () => (await committedOffsets(test)).get(partition) === offset, {
      describe: `the commit of ${partition} at ${offset}`,
    });
  }

  it('gives up on the poison after its attempts, and handles what lies around it once, in order', async () => {
    await makeDeadLetterTopic();
    failures.set('poison', new TypeError('a bug'));
    await send(0, 'a', 'poison', 'b', 'c');

    await start();
    await committed(0, 4n);

    expect(attempts).toEqual(['a', 'poison', 'poison', 'poison', 'b', 'c']);
    const [dead, ...others] = await read(target);
    expect(others).toEqual([]);
    expect(fromDeadLetter(dead!)).toMatchObject({
      topic: test.topic,
      partition: 0,
      offset: 1n,
      error: { code: 'TypeError', attempts: 3 },
    });
    expect(await deadLetterCount()).toBe(1);
  });

  it('gives the dead letter the original key, bytes and headers', async () => {
    await makeDeadLetterTopic();
    const binary = Buffer.from([0, 255, 254, 10, 195]);
    const originals: OutgoingRecord[] = [
      {
        partition: 0,
        key: binary,
        value: binary,
        headers: { one: binary, twice: [binary, Buffer.from('b')] },
      },
      { partition: 0, key: null, value: null, headers: { toString: Buffer.alloc(0) } },
      { partition: 0, key: Buffer.alloc(0), value: Buffer.alloc(0), headers: {} },
      { partition: 0, key: Buffer.from('noise'), value: Buffer.alloc(1_048_400, 255), headers: {} },
    ];
    await sendRecords(originals.slice(0, 3));
    await sendRecords(originals.slice(3));
    const sent = await read(test.topic);
    for (const { value } of sent) failures.set(String(value).slice(0, 20), new TypeError('a bug'));

    await start(1);
    await committed(0, 4n);

    const dead = await read(target);
    const found = dead.map((record) => fromDeadLetter(record)!.message!);
    expect(found.map(comparable)).toEqual(originals.map(comparable));
    expect(dead.map(({ headers }) => String(headers?.['x-original-timestamp']))).toEqual(
      sent.map(({ timestamp }) => String(timestamp)),
    );
  });

  it('dead-letters what is too large by offset, size and hash, without handing it to the handler', async () => {
    await makeDeadLetterTopic();
    const { topic } = test;
    const at = { topic, partition: 0 };
    const large = Buffer.alloc(10_000_000, ' ');
    await sendCompressed('gzip', [{ ...at, key: 'key', value: large, headers: { name: 'x' } }]);
    await sendCompressed('gzip', [{ ...at, value: Buffer.alloc(50_000_000, ' ') }]);
    await send(0, 'a');

    await start();
    await committed(0, 3n);

    expect(attempts).toEqual(['a']);
    const dead = await read(target);
    const text = (record: KafkaRecord, name: string) => String(record.headers?.[name]);
    const shown = dead.map((record) => ({
      key: record.key?.toString(),
      value: record.value,
      code: text(record, 'x-error-code'),
      place: ['topic', 'partition', 'offset'].map((name) => text(record, `x-original-${name}`)),
      sha256: text(record, 'x-original-sha256'),
    }));
    const hash = createHash('sha256').update(large).digest('hex');
    expect(shown).toEqual([
      { key: 'key', value: null, code: 'record-too-large', place: [topic, '0', '0'], sha256: hash },
      {
        key: undefined,
        value: null,
        code: 'batch-too-large',
        place: [topic, '0', '1'],
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
    expect(Number(text(dead[0]!, 'x-original-bytes'))).toBeGreaterThan(10_000_000);
    expect(text(dead[0]!, 'x-error-message')).toContain(hash);
    const retry = retryDeadLetter(test.kafka, { topic: target, partition: 0, offset: 0n });
    await expect(retry).rejects.toThrow('without its bytes');
    const none = { retried: 0, foreign: 0, withoutBytes: 2 };
    expect(await retryDeadLetters(test.kafka, target)).toEqual(none);
  });

  it('waits out a transient failure, however often, and skips nothing', async () => {
    await makeDeadLetterTopic();
    failures.set('b', away);
    await send(0, 'a', 'b', 'c');
    const { strategy } = await start(2);
    await eventually(() => attempts.filter((value) => value === 'b').length >= 6);
    await send(1, 'other');
    await eventually(() => handled.includes('other'));
    await committed(0, 1n);
    expect(() => strategy.assertReady()).not.toThrow();

    failures.clear();
    await committed(0, 3n);

    expect(handled.filter((value) => value !== 'other')).toEqual(['a', 'b', 'c']);
    expect(await read(target)).toEqual([]);
  });

  it('commits nothing before the dead letter is acknowledged', async () => {
    failures.set('poison', new TypeError('a bug'));
    await send(0, 'a', 'poison', 'b');
    await start(2);
    await eventually(() => attempts.filter((value) => value === 'poison').length >= 4, {
      describe: 'attempts without a dead letter topic',
    });
    await committed(0, 1n);
    expect(handled).toEqual(['a']);

    await makeDeadLetterTopic();
    await committed(0, 3n);

    expect(handled).toEqual(['a', 'b']);
    expect(await read(target)).toHaveLength(1);
  });

  it('loses nothing when it is killed between the dead letter and its offset: it is there twice then', async () => {
    await makeDeadLetterTopic();
    await send(0, 'a', 'poison', 'b');
    const child = spawn(process.execPath, [CHILD, JSON.stringify(test.settings), 'user-events', GROUP], {
      stdio: 'ignore',
    });
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    expect(await read(target)).toHaveLength(1);
    expect((await committedOffsets(test)).get(0)).toBeLessThanOrEqual(1n);

    failures.set('poison', new TypeError('a bug'));
    await start();
    await committed(0, 3n);

    expect(handled.at(-1)).toBe('b');
    const dead = (await read(target)).map((record) => fromDeadLetter(record)?.offset);
    expect(dead).toEqual([1n, 1n]);
  });

  async function deadLetterCount(): Promise<number> {
    const found = await register.getSingleMetric('eventfleet_kafka_dead_letters_total')?.get();
    const group = `${test.settings.topicPrefix}${GROUP}`;
    return found?.values.find(({ labels }) => labels['group'] === group)?.value ?? 0;
  }
});

/** Its value as text: Jest compares bytes one by one, and here is a megabyte. */
function comparable({ headers, value, ...record }: OutgoingRecord) {
  return { ...record, value: value && Buffer.from(value).toString('base64'), headers: inBytes(headers) };
}
