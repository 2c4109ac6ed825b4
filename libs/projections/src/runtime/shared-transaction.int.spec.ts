import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { RecordedEvent } from '@eventfleet/contracts';
import type { BatchResult, MessageBatch } from '@eventfleet/kafka';
import { eventually } from '@eventfleet/testing';
import { pino } from 'pino';
import type { EventIdentity, EventSource } from '../event-source.js';
import { RecordVerifier } from '../record-verification/record-verifier.js';
import type { FoldingProjection, RunnableProjection } from '../projection.js';
import { consume, counter, journal, useRuntimes } from './projection-runtime.fixture.js';
import { ProjectionRuntime } from './projection-runtime.js';
import { history, inPartition } from './record-batches.fixture.js';

const store = useRuntimes();
const logger = pino({ level: 'silent' });
/** Half of the time that a transaction has. */
const SLEEP = { text: 'select pg_sleep(2.5)', values: [] };

function sourceWithout(unknown: ReadonlySet<string>): EventSource {
  const findUnknown = async (events: readonly EventIdentity[]) =>
    events.filter(({ eventId }) => unknown.has(eventId));
  return { findUnknown } as Partial<EventSource> as EventSource;
}

/** Makes the checkpoints: a first batch is always applied by itself. */
async function begin(projection: RunnableProjection, partitions: number): Promise<void> {
  for (let partition = 0; partition < partitions; partition++) {
    await store.first.apply(projection, inPartition(partition, history(1), 0n));
  }
}

function applyAll(
  projections: readonly RunnableProjection[],
  batches: readonly MessageBatch[],
): Promise<BatchResult[]> {
  return Promise.all(
    projections.flatMap((projection) => batches.map((batch) => store.first.apply(projection, batch))),
  );
}

/** Of the log of each partition the events from the one index to the other. */
function partsOf(logs: readonly RecordedEvent[][]): (from: number, to: number) => MessageBatch[] {
  return (from, to) =>
    logs.map((events, partition) => inPartition(partition, events.slice(from, to), BigInt(from + 1)));
}

/** How many transactions have moved the checkpoints that are behind their first offset. */
async function transactions(): Promise<number> {
  const { rows } = await store.pool.query<{ count: number }>(
    'select count(distinct xmin::text)::integer as count from projection_checkpoints where next_offset > 1',
  );
  return rows[0]!.count;
}

describe('batches of several partitions and projections', () => {
  it('share a transaction, and each moves its own checkpoint', async () => {
    await begin(counter, 3);
    await begin(journal, 3);
    const batches = [0, 1, 2].map((partition) => inPartition(partition, history(partition + 2), 1n));

    expect(await applyAll([counter, journal], batches)).toEqual(
      [3n, 4n, 5n, 3n, 4n, 5n].map((next) => ({ next })),
    );

    expect(await transactions()).toBe(1);
    expect(await store.count()).toBe(3 + 2 + 3 + 4);
    for (const { messages } of batches) {
      const id = messages[0]!.key!.toString();
      expect(await store.written(id)).toEqual(messages.map((_, index) => index + 1));
    }
  });

  it('share it also if one projection gets its records a moment after another one', async () => {
    await begin(counter, 2);
    await begin(journal, 2);
    const part = partsOf([history(4), history(4)]);
    await applyAll([counter, journal], part(0, 2));

    const counted = applyAll([counter], part(2, 4));
    await delay(1);
    const written = applyAll([journal], part(2, 4));

    await Promise.all([counted, written]);
    expect(await transactions()).toBe(1);
  });

  it('do not wait for a projection that brings nothing more', async () => {
    await begin(counter, 2);
    await begin(journal, 2);
    const part = partsOf([history(4), history(4)]);
    await applyAll([counter, journal], part(0, 2));

    expect(await applyAll([counter], part(2, 4))).toEqual([{ next: 5n }, { next: 5n }]);
  });

  it('are read together if they are encrypted, and one that cannot be read holds up its user alone', async () => {
    await begin(journal, 3);
    const batches = [0, 1, 2].map((partition) => inPartition(partition, history(2), 1n));
    const locked = batches[1]!.messages[0]!.key!.toString();
    const asked: number[] = [];
    const runtime = new ProjectionRuntime(store.pool, logger, {
      reveal: async (events) => {
        asked.push(events.length);
        return events.map((event) => (event.aggregateId === locked ? new Error('no key') : event));
      },
    });

    await Promise.all(batches.map((batch) => consume(runtime, journal, batch)));

    expect(asked[0]).toBe(6);
    expect(await store.parkedOffsets()).toEqual([
      [1, 'undecodable'],
      [2, null],
    ]);
    expect(
      await Promise.all(batches.map(({ messages }) => store.written(messages[0]!.key!.toString()))),
    ).toEqual([[1, 2], [], [1, 2]]);
  });

  it('are applied one by one if one of them cannot be written, which is parked', async () => {
    await begin(journal, 3);
    const zoe = history(2, randomUUID(), 'Zoe');
    const batches = [history(3), zoe, history(3)].map((events, partition) =>
      inPartition(partition, events, 1n),
    );

    await Promise.all(batches.map((batch) => consume(store.first, journal, batch)));

    expect(await store.parkedOffsets()).toEqual([[2, 'database-refused']]);
    expect(
      await Promise.all(batches.map(({ messages }) => store.written(messages[0]!.key!.toString()))),
    ).toEqual([[1, 2, 3], [1], [1, 2, 3]]);
  });

  it.each<[string, (events: RecordedEvent[]) => MessageBatch, number]>([
    ['starts above its checkpoint', (events) => inPartition(1, events.slice(1), 2n), 0],
    ['starts below its checkpoint', (events) => inPartition(1, [...history(1), ...events], 0n), 3],
    ['holds an event twice', ([one, two, three]) => inPartition(1, [one!, two!, one!, three!], 1n), 3],
  ])('are applied though one of them %s', async (_, toBatch, counted) => {
    await begin(counter, 3);
    const odd = toBatch(history(3));
    const plain = [0, 2].map((partition) => inPartition(partition, history(4), 1n));

    await applyAll([counter], [...plain, odd]);

    expect(await store.count()).toBe(3 + 4 + 4 + counted);
  });

  it('are not held up by a checkpoint that another transaction holds', async () => {
    await begin(counter, 3);
    const other = await store.otherPool.connect();
    await other.query('begin');
    await other.query('select from projection_checkpoints where partition = 1 for update');
    const [first, held, last] = [0, 1, 2].map((partition) =>
      store.first.apply(counter, inPartition(partition, history(2), 1n)),
    );

    expect(await Promise.all([first, last])).toEqual([{ next: 3n }, { next: 3n }]);

    await eventually(() => store.someoneWaits(), { describe: 'a wait for the checkpoint' });
    await other.query('update projection_checkpoints set next_offset = 9 where partition = 1');
    await other.query('commit');
    other.release();
    expect(await held).toEqual({ next: 9n });
    expect(await store.count()).toBe(3 + 2 + 2);
  });

  it('that are the same one twice are applied once', async () => {
    await begin(counter, 2);
    const [one, two] = [0, 1].map((partition) => inPartition(partition, history(4), 1n));

    const results = await applyAll([counter], [one!, two!, one!, two!]);

    expect(results.map(({ next }) => next)).toEqual([5n, 5n, 5n, 5n]);

    expect(await store.count()).toBe(2 + 8);
  });

  it('are applied once though two processes bring them at the same time', async () => {
    await begin(counter, 2);
    const slow: FoldingProjection = {
      ...counter,
      prepare: (...runs) => [{ text: 'select pg_sleep(0.1)', values: [] }, ...counter.prepare(...runs)],
    };
    const batches = [0, 1].map((partition) => inPartition(partition, history(4), 1n));

    const results = await Promise.all(
      [store.first, store.second].flatMap((runtime) => batches.map((batch) => runtime.apply(slow, batch))),
    );

    expect(results.map(({ next }) => next)).toEqual([5n, 5n, 5n, 5n]);
    expect(await store.count()).toBe(2 + 8);
  });

  it('of one partition, as two consumers bring them after a rebalance, follow each other', async () => {
    await begin(counter, 2);
    const events = history(2);
    const batches = [inPartition(0, events, 1n), inPartition(0, events.slice(0, 1), 1n)];

    const results = await applyAll([counter], [...batches, inPartition(1, history(1), 1n)]);

    expect(results).toEqual([{ next: 3n }, { next: 3n }, { next: 2n }]);
    expect(await store.count()).toBe(2 + 2 + 1);
  });

  it('are applied without an event that the event store never wrote', async () => {
    await begin(counter, 2);
    const [known, foreign] = [history(3), history(2)];
    const unknown = new Set(foreign.map(({ eventId }) => eventId));
    const setAside: bigint[] = [];
    const verifier = new RecordVerifier({
      sourceOf: () => sourceWithout(unknown),
      setAside: async (_projection, _batch, records) => {
        setAside.push(...records.map(({ record }) => record.offset));
      },
      logger,
    });
    const runtime = new ProjectionRuntime(store.pool, logger, { verifier });

    const results = await Promise.all(
      [known, foreign].map((events, partition) => runtime.apply(counter, inPartition(partition, events, 1n))),
    );

    expect(results).toEqual([{ next: 4n }, { next: 3n }]);
    expect(await store.count()).toBe(2 + 3);
    expect(setAside).toEqual([1n, 2n]);
  });

  it.each<[string, string]>([
    ['cannot be written for now', 'select * from not_there'],
    ['ends the connection', 'select pg_terminate_backend(pg_backend_pid())'],
    ['takes too long', 'select pg_sleep(10)'],
  ])('are applied though one projection %s', async (_, text) => {
    await begin(counter, 2);
    await begin(journal, 2);
    const broken: FoldingProjection = { ...journal, prepare: () => [{ text, values: [] }] };
    const batches = [0, 1].map((partition) => inPartition(partition, history(4), 1n));
    const failing = Promise.allSettled(batches.map((batch) => store.first.apply(broken, batch)));

    await Promise.all(batches.map((batch) => store.first.apply(counter, batch)));

    expect(await store.count()).toBe(10);
    expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('are applied though another transaction holds a row of one of them', async () => {
    await begin(counter, 3);
    const other = await store.otherPool.connect();
    await other.query('begin');
    await other.query('select from counters where partition = 1 for update');
    const [first, held, last] = [0, 1, 2].map((partition) =>
      store.first.apply(counter, inPartition(partition, history(2), 1n)),
    );

    expect(await Promise.all([first, last])).toEqual([{ next: 3n }, { next: 3n }]);

    await other.query('rollback');
    other.release();
    expect(await held).toEqual({ next: 3n });
    expect(await store.count()).toBe(9);
  });

  it('are applied though each takes nearly as long as a transaction may', async () => {
    await begin(counter, 4);
    const slow: FoldingProjection = {
      ...counter,
      prepare: (...runs) => [...runs.map(() => SLEEP), ...counter.prepare(...runs)],
    };
    const batches = [0, 1, 2, 3].map((partition) => inPartition(partition, history(2), 1n));

    await Promise.all(batches.map((batch) => consume(store.first, slow, batch)));

    expect(await store.count()).toBe(12);
  });

  it('that are left out leave no trace in what others hold for applied', async () => {
    await begin(journal, 2);
    const [created, ...updated] = history(3);
    const id = created!.aggregateId;
    await store.first.apply(journal, inPartition(1, [created!], 1n));
    // A copy of an event, which somebody has put into another partition, before one that leaves a gap.
    const copied = inPartition(0, [updated[0]!, history(3)[2]!], 1n);

    await Promise.all(
      [copied, inPartition(1, updated, 2n)].map((batch) => consume(store.first, journal, batch)),
    );

    expect(await store.written(id)).toEqual([1, 2, 3]);
  });
});
