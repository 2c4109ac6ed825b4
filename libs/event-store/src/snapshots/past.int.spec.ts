import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { eventually, propertyRuns, propertyTimeout } from '@eventfleet/testing';
import { accountDecider, type Account } from '../account.fixture.js';
import type { EventData, EventStore } from '../event-store.js';
import { startEventStore, type EventStoreFixture } from '../event-store.fixture.js';
import { loadPastStates } from './load-past-states.js';
import { SnapshotBuilder } from './snapshot-builder.js';

const START = Date.UTC(2026, 0, 1);
const aggregateType = 'account';

let store: EventStoreFixture;
let eventStore: EventStore;
beforeAll(async () => {
  store = await startEventStore();
  ({ eventStore } = store.copy());
});
afterAll(() => store.close());

function event(type: string, data: object, time: number): EventData {
  const metadata = { correlationId: 'c', causationId: 'k', traceparent: 't' };
  const occurredAt = new Date(START + time).toISOString();
  return {
    eventId: randomUUID(),
    type,
    schemaVersion: 1,
    data: JSON.stringify(data),
    occurredAt,
    ...metadata,
  };
}

/** An account that is opened and then credited: its balance is the sum of the amounts. */
async function append(amounts: readonly number[], times = amounts.map((_, index) => index)): Promise<string> {
  const aggregateId = randomUUID();
  const events = amounts.map((amount, index) =>
    index === 0
      ? event('account.opened', { name: 'a' }, times[0]!)
      : event('account.credited', { amount }, times[index]!),
  );
  await eventStore.appendToStream({ aggregateType, aggregateId }, events, { expectedVersion: 0 });
  return aggregateId;
}

async function balanceAt(aggregateId: string, version: number): Promise<Account & { version: number }> {
  const states = await loadPastStates(eventStore, accountDecider, [{ aggregateId, version }]);
  const past = states.get(aggregateId)!;
  return { ...past.state, version: past.version };
}

/** Transactions of other tests on the same server hold the tail back for a moment. */
async function untilInTail(): Promise<void> {
  await eventually(async () => {
    const { rows } = await store.admin.query<{ last: string }>(
      'select max(global_position) as last from events',
    );
    return (await eventStore.readTailEnd()).globalPosition === rows[0]?.last;
  });
}

async function runBuilder(every: number, fold = accountDecider): Promise<void> {
  await untilInTail();
  const builder = new SnapshotBuilder(eventStore, fold, every);
  await builder.turn();
  while (await builder.turn());
}

async function snapshotsOf(
  aggregateId: string,
  stateVersion = accountDecider.stateVersion,
): Promise<number[]> {
  const { rows } = await store.admin.query<{ version: number }>(
    'select version from snapshot_history where aggregate_id = $1 and schema_version = $2 order by version',
    [aggregateId, stateVersion],
  );
  return rows.map(({ version }) => version);
}

const sum = (amounts: readonly number[]) => amounts.slice(1).reduce((total, amount) => total + amount, 0);

describe('a past state', () => {
  const runs = propertyRuns(15);
  it(
    'is at every version and instant what a simple fold says',
    async () => {
      const history = fc.record({
        amounts: fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 25 }),
        pauses: fc.array(fc.nat({ max: 2 }), { minLength: 25, maxLength: 25 }),
        every: fc.integer({ min: 2, max: 9 }),
        isBuilt: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(history, async ({ amounts, pauses, every, isBuilt }) => {
          let time = 10;
          const times = amounts.map((_, index) => (time += pauses[index]!));
          const id = await append(amounts, times);
          if (isBuilt) {
            await store.admin.query('delete from snapshot_progress');
            await runBuilder(every);
          }
          for (let version = 1; version <= amounts.length; version++) {
            expect(await balanceAt(id, version)).toMatchObject({
              version,
              balance: sum(amounts.slice(0, version)),
            });
          }
          expect(await balanceAt(id, 0)).toMatchObject({ version: 0, status: 'absent' });
          expect(await balanceAt(id, amounts.length + 1)).toMatchObject({ version: amounts.length });
          for (let instant = 9; instant <= time + 1; instant++) {
            const version = await eventStore.findVersionAt(
              { aggregateType, aggregateId: id },
              START + instant,
            );
            expect(version).toBe(times.filter((each) => each <= instant).length);
          }
        }),
        runs,
      );
    },
    propertyTimeout(runs),
  );

  it('of an instant is one that had come by then, whatever clocks the writers had', async () => {
    const times = [5, 3, 4, 9, 8, 8, 2, 12];
    const id = await append([0, 1, 1, 1, 1, 1, 1, 1], times);
    for (let instant = 0; instant <= 13; instant++) {
      const version = await eventStore.findVersionAt({ aggregateType, aggregateId: id }, START + instant);
      const around = [times[version - 1] ?? 0, times[version] ?? Infinity] as const;
      expect({ instant, hasCome: around[0] <= instant, nextHas: around[1] <= instant }).toEqual({
        instant,
        hasCome: true,
        nextHas: false,
      });
    }
  });

  it('is not looked for further than it is told to', async () => {
    const id = await append(Array.from({ length: 600 }, () => 1));
    const wanted = [{ aggregateId: id, version: 600 }];
    const load = (maxEvents: number) => loadPastStates(eventStore, accountDecider, wanted, { maxEvents });
    await expect(load(500)).rejects.toMatchObject({ code: 'overloaded' });
    expect((await load(750)).get(id)).toMatchObject({ version: 600, state: { balance: 599 } });
  });
});

describe('SnapshotBuilder', () => {
  it('makes what is missing, so that little is read of a long stream', async () => {
    const id = await append(Array.from({ length: 1_050 }, () => 1));
    await runBuilder(100);
    expect(await snapshotsOf(id)).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000]);
    // What lies before a snapshot is not read any more: it could as well be gone, but for the first event's time.
    await store.admin.query('delete from events where aggregate_id = $1 and version between 2 and 900', [id]);
    expect(await balanceAt(id, 950)).toMatchObject({ version: 950, balance: 949 });
  });

  it('leaves alone what commands have written', async () => {
    const copy = store.copy('copy', { snapshotEvery: 10 });
    const id = randomUUID();
    await copy.run(id, { type: 'open', name: id });
    await Promise.all(Array.from({ length: 44 }, () => copy.run(id, { type: 'credit', amount: 1 })));
    await copy.run(id, { type: 'credit', amount: 1 });
    for (let n = 0; n < 10; n++) await copy.run(id, { type: 'credit', amount: 1 });
    await copy.drain();
    const written = await snapshotsOf(id);
    expect(written.at(-1)).toBe(50);
    await runBuilder(10);
    const all = await snapshotsOf(id);
    expect(all).toEqual(expect.arrayContaining(written));
    // Between two of them lie less than twenty events.
    for (const [index, version] of [...all, 56].entries())
      expect(version - (all[index - 1] ?? 0)).toBeLessThan(20);
    for (let version = 1; version <= 56; version++)
      expect(await balanceAt(id, version)).toMatchObject({ version, balance: version - 1 });
  });

  it('starts over for another version of the state', async () => {
    const id = await append(Array.from({ length: 25 }, () => 1));
    await runBuilder(10);
    await runBuilder(10, { ...accountDecider, stateVersion: 99 });
    expect(await snapshotsOf(id, 99)).toEqual([10, 20]);
    expect(await snapshotsOf(id)).toEqual([]);
    expect(await balanceAt(id, 25)).toMatchObject({ version: 25, balance: 24 });
  });

  it('goes on behind a stream that cannot be read', async () => {
    const bad = await append(Array.from({ length: 12 }, () => 1));
    await store.admin.query(`update events set data = '{}' where aggregate_id = $1 and version = 5`, [bad]);
    const good = await append(Array.from({ length: 12 }, () => 1));
    await runBuilder(10);
    expect([await snapshotsOf(bad), await snapshotsOf(good)]).toEqual([[], [10]]);
  });
});
