import { eventually } from '@eventfleet/testing';
import { register } from 'prom-client';
import { startTestKafka, type TestKafka } from '../kafka.fixture.js';
import { deleteRecords } from '../kafkajs/admin.fixture.js';
import { describeTopic } from '../kafkajs/admin/describe-topic.js';
import {
  allOf,
  commitOffset,
  committedOffsets,
  groupIsEmpty,
  GROUP,
  numbered,
  publish,
  startConsumer,
  type TestConsumer,
  valuesOf,
} from './batch-consumer.fixture.js';
import type { BatchHandler, BatchResult } from './message-batch.js';

describe('the batch consumer', () => {
  let test: TestKafka;
  const started: TestConsumer[] = [];

  async function start(
    ...args: Parameters<typeof startConsumer> extends [unknown, ...infer Rest] ? Rest : never
  ) {
    const consumer = await startConsumer(test, ...args);
    started.push(consumer);
    return consumer;
  }

  beforeEach(async () => {
    test = await startTestKafka('consumer');
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((consumer) => consumer.close()));
  });

  it('hands out chunks that adjoin, in order, with the identity of the topic', async () => {
    await publish(test, 0, numbered('a', 25));
    const { batches } = await start(allOf, { chunkSize: 10 });

    await eventually(() => valuesOf(batches, 0).length === 25);

    expect(valuesOf(batches, 0)).toEqual(numbered('a', 25));
    expect(batches.map(({ firstOffset, lastOffset }) => [firstOffset, lastOffset])).toEqual([[0n, 9n], [10n, 19n], [20n, 24n]]); // prettier-ignore
    expect(batches[0]).toMatchObject({ topic: test.topic, highWatermark: 25n });
    expect(batches[0]?.identity).toEqual(await describeTopic(test.kafka, test.topic));
  });

  it('is ready once it is a member of its group, and says what it waits for before', async () => {
    const { strategy } = await start();
    expect(() => strategy.assertReady()).toThrow(`${test.settings.topicPrefix}${GROUP}: waiting-for-topics`);

    await eventually(() => strategy.assertReady() ?? true);

    expect(strategy.health()).toMatchObject([{ state: 'running', assignment: { [test.topic]: [0, 1, 2] } }]);
  });

  it('stops only the partition whose handler fails, tries it again in order, and counts it', async () => {
    let broken = true;
    const failing: BatchHandler = async (batch) => {
      if (batch.partition === 1 && broken) throw new Error('broken');
      return allOf(batch);
    };
    const { batches, strategy } = await start(failing);
    await publish(test, 1, numbered('b', 3));
    await eventually(() => valuesOf(batches, 1).length >= 6, { describe: 'another attempt' });
    await publish(test, 0, ['c']);
    await eventually(() => valuesOf(batches, 0).includes('c'), { describe: 'another partition' });
    expect(() => strategy.assertReady()).not.toThrow();
    expect(await metric('eventfleet_kafka_stopped_partitions')).toBe(1);
    expect(await metric('eventfleet_kafka_handler_failures_total')).toBeGreaterThanOrEqual(2);

    const attempts = batches.length;
    broken = false;
    await publish(test, 1, ['b-3']);
    await eventually(() => valuesOf(batches, 1).includes('b-3'));

    expect(valuesOf(batches.slice(attempts), 1)).toEqual([...numbered('b', 3), 'b-3']);
    expect(await metric('eventfleet_kafka_stopped_partitions')).toBe(0);
    expect((await committedOffsets(test)).get(1)).not.toBe(0n);
  });

  it('goes on from where the handler says, back and forth', async () => {
    await publish(test, 0, numbered('d', 10));
    await commitOffset(test, 0, 6n);
    const { batches } = await start(async (batch) => {
      if (batch.firstOffset === 6n) return { next: 2n };
      if (batch.firstOffset === 2n) return { next: 9n };
      return allOf(batch);
    });

    await eventually(() => batches.length === 3);

    expect(batches.map(({ firstOffset }) => firstOffset)).toEqual([6n, 2n, 9n]);
  });

  it('begins where the handler says, whatever the group has in Kafka, and asks until it knows', async () => {
    await publish(test, 0, numbered('n', 5));
    await commitOffset(test, 0, 5n);
    let asked = 0;
    const { batches } = await start(allOf, {}, async () => {
      if (++asked === 1) throw new Error('not now');
      return { next: 2n };
    });

    await eventually(() => valuesOf(batches, 0).length === 3);

    expect(batches[0]?.firstOffset).toBe(2n);
  });

  it('does not spin when nothing lies where the handler wants to go', async () => {
    await publish(test, 0, numbered('e', 10));
    await deleteRecords(test.kafka, test.topic, 0, 5n);
    const { batches } = await start(async () => ({ next: 0n }));

    await eventually(async () => (await metric('eventfleet_kafka_handler_failures_total')) === 4);

    expect(batches.length).toBeLessThanOrEqual(6);
    expect(await metric('eventfleet_kafka_stopped_partitions')).toBe(1);
  });

  it('starts at the beginning of the log when the group offset lies beyond its end', async () => {
    await publish(test, 0, numbered('f', 3));
    await commitOffset(test, 0, 1_000n);
    const { batches } = await start();

    await eventually(() => valuesOf(batches, 0).length === 3);

    expect(batches[0]?.firstOffset).toBe(0n);
  });

  it('finishes the chunk under way before it stops, and commits it', async () => {
    await publish(test, 0, numbered('g', 20));
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    let finished = false;
    const slow: BatchHandler = async (batch) => {
      await released;
      finished = true;
      return allOf(batch);
    };
    const { batches, close } = await start(slow, { chunkSize: 10 });
    await eventually(() => batches.length === 1);

    setTimeout(() => release(), 200);
    await close();

    expect(finished).toBe(true);
    expect(batches).toHaveLength(1);
    expect((await committedOffsets(test)).get(0)).toBe(10n);
    const next = await start();
    await eventually(() => valuesOf(next.batches, 0).length === 10);
    expect(next.batches[0]?.firstOffset).toBe(10n);
  });

  it('stops within its time-out though a handler does not', async () => {
    await publish(test, 0, ['h']);
    const { promise: released, resolve: release } = Promise.withResolvers<BatchResult>();
    const { batches, close } = await start(() => released, { closeTimeoutMs: 300 });
    await eventually(() => batches.length === 1);
    const before = Date.now();

    await close();

    expect(Date.now() - before).toBeLessThan(5_000);
    release({ next: 1n });
    await groupIsEmpty(test);
  });

  it('gives up when a handler hangs', async () => {
    await publish(test, 0, ['i']);
    const { promise: released, resolve: release } = Promise.withResolvers<BatchResult>();
    const { fatal, strategy } = await start(() => released, { handlerTimeoutMs: 200 });

    await eventually(() => fatal.length === 1);

    expect(fatal[0]).toMatchObject({ code: 'handler-hung' });
    expect(() => strategy.assertReady()).toThrow('failed');
    release({ next: 1n });
  });

  it('restarts after that if it is asked to, with what was not handled', async () => {
    await publish(test, 0, ['i']);
    const { promise: released, resolve: release } = Promise.withResolvers<BatchResult>();
    let hangs = true;
    const { fatal, strategy, batches } = await start(async (batch) => (hangs ? released : allOf(batch)), {
      handlerTimeoutMs: 200,
      closeTimeoutMs: 500,
    });
    await eventually(() => fatal.length === 1);

    hangs = false;
    const before = batches.length;
    await strategy.restart();
    await eventually(() => valuesOf(batches.slice(before), 0).includes('i'), { deadlineMs: 20_000 });
    expect(() => strategy.assertReady()).not.toThrow();
    release({ next: 0n });
  });

  it('shares the partitions with a second member, which takes them over at the end, and nothing is missed', async () => {
    const first = await start();
    await eventually(() => first.strategy.assertReady() ?? true);
    const second = await start();
    await eventually(
      () => {
        const [a, b] = [first, second].map(
          ({ strategy }) => strategy.health()[0]?.assignment[test.topic]?.length ?? 0,
        );
        return (a === 2 && b === 1) || (a === 1 && b === 2);
      },
      { describe: 'a balance' },
    );
    for (const partition of [0, 1, 2]) await publish(test, partition, numbered(`j${partition}`, 5));
    await eventually(() => countAll(first) + countAll(second) >= 15);

    await first.close();
    for (const partition of [0, 1, 2]) await publish(test, partition, [`k${partition}`]);
    await eventually(() =>
      [0, 1, 2].every((partition) => valuesOf(second.batches, partition).includes(`k${partition}`)),
    );

    for (const partition of [0, 1, 2]) {
      const seen = valuesOf([...first.batches, ...second.batches], partition);
      expect(seen.filter((value, index) => seen.indexOf(value) === index)).toEqual([
        ...numbered(`j${partition}`, 5),
        `k${partition}`,
      ]);
    }
  });

  async function metric(name: string): Promise<number> {
    const group = `${test.settings.topicPrefix}${GROUP}`;
    const found = await register.getSingleMetric(name)?.get();
    return found?.values.find(({ labels }) => labels['group'] === group)?.value ?? 0;
  }
});

function countAll({ batches }: TestConsumer): number {
  return batches.reduce((sum, { messages }) => sum + messages.length, 0);
}
