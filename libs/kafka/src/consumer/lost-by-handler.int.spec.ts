import { eventually } from '@eventfleet/testing';
import { startTestKafka, type TestKafka } from '../kafka.fixture.js';
import { numbered, publish, startConsumer, type TestConsumer, valuesOf } from './batch-consumer.fixture.js';
import type { BatchHandler } from './message-batch.js';

const PARTITIONS = [0, 1, 2];

describe('what a handler lost in partitions in which nothing new arrives', () => {
  let test: TestKafka;
  const started: TestConsumer[] = [];
  /** As a store has it: by partition, where to go on. */
  const checkpoints = new Map<number, bigint>();

  const apply: BatchHandler = async ({ partition, lastOffset }) => {
    checkpoints.set(partition, lastOffset + 1n);
    return { next: lastOffset + 1n };
  };
  const ask: BatchHandler = async ({ partition }) => ({ next: checkpoints.get(partition) ?? 0n });
  const areAt = (next: bigint) => PARTITIONS.every((partition) => checkpoints.get(partition) === next);

  async function start(watchIntervalMs: number): Promise<TestConsumer> {
    const consumer = await startConsumer(test, apply, { watchIntervalMs }, ask);
    started.push(consumer);
    return consumer;
  }

  beforeEach(async () => {
    checkpoints.clear();
    test = await startTestKafka('lost');
    for (const partition of PARTITIONS) await publish(test, partition, numbered('v', 5));
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((consumer) => consumer.close()));
  });

  it('is read again by itself, and nothing else is', async () => {
    const { batches } = await start(200);
    await eventually(() => areAt(5n), { describe: 'all applied' });
    const before = batches.length;

    checkpoints.set(1, 2n);

    await eventually(() => areAt(5n), { describe: 'all applied again' });
    const again = batches.slice(before);
    expect(valuesOf(again, 1)).toEqual(['v-2', 'v-3', 'v-4']);
    expect([...valuesOf(again, 0), ...valuesOf(again, 2)]).toEqual([]);
  });

  it('is read again after a rebalance, where the partition stayed with its consumer too', async () => {
    await start(60_000);
    await eventually(() => areAt(5n), { describe: 'all applied' });

    for (const partition of PARTITIONS) checkpoints.set(partition, 2n);
    await start(60_000);

    await eventually(() => areAt(5n), { describe: 'all applied again', deadlineMs: 15_000 });
  });
});
