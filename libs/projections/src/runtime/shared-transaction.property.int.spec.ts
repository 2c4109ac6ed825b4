import type { RecordedEvent } from '@eventfleet/contracts';
import type { MessageBatch } from '@eventfleet/kafka';
import fc from 'fast-check';
import type { RunnableProjection } from '../projection.js';
import { consume, counter, journal, useRuntimes } from './projection-runtime.fixture.js';
import type { ProjectionRuntime } from './projection-runtime.js';
import { history, inPartition, interleaved } from './record-batches.fixture.js';

const store = useRuntimes();

describe('whatever batches two processes bring at the same time', () => {
  const PARTITIONS = 3;
  /** Of each step: which process brings it, from which partition, from how far behind the end, and how many events. */
  const step = fc.record({
    process: fc.nat(1),
    partition: fc.nat(PARTITIONS - 1),
    back: fc.nat(3),
    count: fc.integer({ min: 1, max: 6 }),
  });
  const program = fc.array(fc.array(step, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 6 });

  it('each event has its effect once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(program, async (rounds) => {
        await store.clear();
        const logs = Array.from({ length: PARTITIONS }, () => interleaved(history(20), history(20)));
        const ends = logs.map(() => 0);
        for (const round of rounds) {
          const batches = round.map(({ process, partition, back, count }) => {
            const from = Math.max(0, ends[partition]! - back);
            const to = Math.min(from + count, logs[partition]!.length);
            ends[partition] = Math.max(ends[partition]!, to);
            return { runtime: [store.first, store.second][process]!, ...range(logs, partition, from, to) };
          });
          await Promise.all(
            [counter, journal].flatMap((projection) =>
              batches.map(({ runtime, batch }) => bring(runtime, projection, batch)),
            ),
          );
        }
        // Whoever came too early was sent back: the consumer brings the rest.
        for (const [partition, end] of ends.entries()) {
          if (end === 0) continue;
          const { batch } = range(logs, partition, 0, end);
          for (const projection of [counter, journal]) await consume(store.second, projection, batch);
        }

        expect(await store.count()).toBe(ends.reduce((sum, end) => sum + end, 0));
        for (const [partition, end] of ends.entries()) {
          const applied = Map.groupBy(logs[partition]!.slice(0, end), ({ aggregateId }) => aggregateId);
          for (const [id, events] of applied) {
            expect(await store.written(id)).toEqual(events.map(({ version }) => version));
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  function range(logs: readonly RecordedEvent[][], partition: number, from: number, to: number) {
    return { batch: inPartition(partition, logs[partition]!.slice(from, to), BigInt(from)) };
  }

  async function bring(runtime: ProjectionRuntime, projection: RunnableProjection, batch: MessageBatch) {
    if (batch.messages.length > 0) await runtime.apply(projection, batch);
  }
});
