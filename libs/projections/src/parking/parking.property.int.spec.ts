import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import type { RecordedEvent } from '@eventfleet/contracts';
import { propertyRuns, propertyTimeout } from '@eventfleet/testing';
import { markParked } from './mark-parked.js';
import type { RunnableProjection } from '../projection.js';
import { ParkingModel, type IsHit } from './parking-model.fixture.js';
import {
  buggyJournal,
  consume,
  journal,
  useRuntimes,
  processAll,
} from '../runtime/projection-runtime.fixture.js';
import { batchOf, history } from '../runtime/record-batches.fixture.js';

const USERS = 3;
const EVENTS = 6;

const store = useRuntimes();

const user = fc.nat({ max: USERS - 1 });
/** A release, by the events at which it fails: in memory, or only when the database is asked. */
const release = fc.record({
  faults: fc.array(fc.record({ user, version: fc.integer({ min: 1, max: EVENTS }) }), { maxLength: 4 }),
  isInDatabase: fc.boolean(),
});

const deliver = {
  count: fc.integer({ min: 1, max: 6 }),
  again: fc.oneof(fc.constant(0), fc.nat({ max: 3 })),
};
const mark = { user, mark: fc.constantFrom('retry' as const, 'retry' as const, 'discard' as const) };

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('deliver' as const), ...deliver }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('mark' as const), ...mark }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('process' as const) }) },
  /** Live events come while marked ones are processed. */
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('both' as const), ...deliver }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const), release }) },
);

const program = fc.record({
  release,
  /** Whose event comes next, over and over. */
  turns: fc.array(user, { minLength: 1, maxLength: 10 }),
  steps: fc.array(step, { maxLength: 16 }),
});

type Program = typeof program extends fc.Arbitrary<infer T> ? T : never;
type Step = Program['steps'][number];
type Release = Program['release'];

function failing(isHit: IsHit, { isInDatabase }: Release): RunnableProjection {
  if (!isInDatabase) return buggyJournal(isHit);
  const fault = { text: 'select 1 / 0', values: [] };
  return {
    ...journal,
    prepare: (...runs) => [
      ...journal.prepare(...runs),
      ...(runs.some(({ events }) => events.some(({ aggregateId, version }) => isHit(aggregateId, version)))
        ? [fault]
        : []),
    ],
  };
}

class Run {
  private readonly model = new ParkingModel();
  private readonly ids = Array.from({ length: USERS }, () => randomUUID());
  private readonly rest: RecordedEvent[];
  private readonly log: RecordedEvent[] = [];
  private runtime = store.first;
  private isHit: IsHit;
  private projection: RunnableProjection;

  constructor({ release, turns }: Program) {
    this.isHit = this.hits(release);
    this.projection = failing(this.isHit, release);
    const histories = this.ids.map((id) => history(EVENTS, id));
    this.rest = Array.from({ length: USERS * EVENTS }, (_, turn) => {
      const open = histories.filter((events) => events.length > 0);
      return open[turns[turn % turns.length]! % open.length]!.shift()!;
    });
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'deliver':
        await this.deliver(step.count, step.again);
        break;
      case 'mark': {
        const id = this.ids[step.user]!;
        this.model.mark(id, step.mark);
        await markParked(store.pool, step.mark, { key: id });
        break;
      }
      case 'process':
        await this.processAll();
        break;
      case 'both':
        await Promise.all([this.deliver(step.count, step.again), this.processAll()]);
        break;
      case 'restart':
        this.runtime = store.another();
        this.isHit = this.hits(step.release);
        this.projection = failing(this.isHit, step.release);
        break;
    }
    await this.compare();
  }

  /** The bug is fixed, the rest comes, and everything that waits is tried again. */
  async finish(): Promise<void> {
    this.isHit = () => false;
    this.projection = journal;
    await this.deliver(this.rest.length, 0);
    for (const id of this.ids) this.model.mark(id, 'retry');
    await markParked(store.pool, 'retry', {});
    await this.processAll();
    await this.compare();
    expect(await store.parked()).toEqual([]);
  }

  private hits({ faults }: Release): IsHit {
    return (id, version) => faults.some((hit) => this.ids[hit.user] === id && hit.version === version);
  }

  private async deliver(count: number, again: number): Promise<void> {
    const first = this.log.length;
    const repeated = this.log.slice(first - Math.min(again, first));
    const events = [...(again > 0 ? repeated : []), ...this.rest.splice(0, count)];
    this.log.push(...events);
    for (const { aggregateId, version } of events) this.model.receive(aggregateId, version, this.isHit);
    if (events.length > 0) await consume(this.runtime, this.projection, batchOf(events, BigInt(first)));
  }

  private async processAll(): Promise<void> {
    this.model.processAll(this.isHit);
    await processAll(store.processor(this.projection));
  }

  private async compare(): Promise<void> {
    const parked = await store.parked();
    for (const id of this.ids) {
      expect(await store.written(id)).toEqual(this.model.written(id));
      const queue = parked.filter(({ key }) => key === id);
      expect(queue.map(({ offset }) => this.log[offset]!.version)).toEqual(this.model.parked(id));
      expect((await store.isFlagged(id)) ?? false).toBe(queue.length > 0);
      expect(queue.slice(1).filter(({ code, mark }) => code !== null || mark !== null)).toEqual([]);
    }
  }
}

async function expectAsModelled(program: Program): Promise<void> {
  await store.clear();
  const run = new Run(program);
  for (const step of program.steps) await run.take(step);
  await run.finish();
}

describe('parking, retrying, discarding and live events', () => {
  const runs = propertyRuns(40);
  it(
    'have the effect of one event after the other',
    async () => {
      await fc.assert(
        fc.asyncProperty(program, (drawn) => expectAsModelled(drawn)),
        runs,
      );
    },
    propertyTimeout(runs),
  );
});
