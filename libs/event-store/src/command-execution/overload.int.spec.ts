import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { eventually } from '@eventfleet/testing';
import { codeOf, startEventStore, type Copy, type EventStoreFixture } from './event-store.fixture.js';

/** Longer than any append hangs here: what is refused is not refused because the store says nothing. */
const PATIENT_MS = 60_000;
const AT_ONCE_MS = 50;

let store: EventStoreFixture;
beforeAll(async () => {
  store = await startEventStore();
});
afterAll(() => store.close());

const open = (copy: Copy, id: string = randomUUID()) =>
  copy.run(id, { type: 'open', name: id }, { isNewId: true });
const withKey = (key: string) => ({
  isNewId: true,
  idempotency: { scope: 'test', key, fingerprint: 'f', render: (decided: object) => JSON.stringify(decided) },
});

/**
 * Lets every append hang, as a server does that is frozen, until `work` has ended. It hangs before its transaction has
 * an id: with one it would hold back the tail of the whole server.
 */
async function whileAppendsHang(work: () => Promise<void>): Promise<void> {
  const client: pg.PoolClient = await store.admin.connect();
  await client.query('begin');
  await client.query('lock table events, claims, idempotency.answers in exclusive mode');
  try {
    await work();
  } finally {
    await client.query('rollback');
    client.release();
  }
}

async function appendHangs(name: string): Promise<boolean> {
  const found = await store.admin.query(
    `select 1 from pg_stat_activity where application_name = $1 and wait_event_type = 'Lock'`,
    [name],
  );
  return found.rowCount === 1;
}

describe('CommandExecutor under overload', () => {
  it('refuses at once what its queue cannot hold, and finishes what it accepted', async () => {
    const copy = store.copy('full', { maxWaiting: 10, maxBatch: 1, unreachableMs: PATIENT_MS });
    let accepted: Promise<unknown>[] = [];
    await whileAppendsHang(async () => {
      accepted = [open(copy)];
      await eventually(() => appendHangs('full'));
      accepted.push(...Array.from({ length: 10 }, () => open(copy)));
      const refusedAt = performance.now();
      await expect(open(copy)).rejects.toMatchObject({ code: 'overloaded' });
      expect(performance.now() - refusedAt).toBeLessThan(AT_ONCE_MS);
    });
    const outcomes = (await Promise.all(accepted)) as Awaited<ReturnType<typeof open>>[];
    expect(outcomes.map(codeOf)).toEqual(Array.from({ length: 11 }, () => 'accepted'));
    expect(codeOf(await open(copy))).toBe('accepted');
  });

  it('counts requests that wait for another one under their key', async () => {
    const copy = store.copy('repeats', { maxWaiting: 10, unreachableMs: PATIENT_MS });
    const id = randomUUID();
    const run = () => copy.run(id, { type: 'open', name: id }, withKey(id));
    let accepted: Promise<unknown>[] = [];
    await whileAppendsHang(async () => {
      accepted = [run()];
      await eventually(() => appendHangs('repeats'));
      accepted.push(...Array.from({ length: 10 }, run));
      await expect(run()).rejects.toMatchObject({ code: 'overloaded' });
    });
    const outcomes = (await Promise.all(accepted)) as Awaited<ReturnType<typeof run>>[];
    expect(outcomes.map(codeOf)).toEqual(['accepted', ...Array.from({ length: 10 }, () => 'replayed')]);
  });

  it('takes nothing in while it is told not to', async () => {
    let reason: string | undefined = 'not now';
    const copy = store.copy('told', { whyOverloaded: () => reason });
    await expect(open(copy)).rejects.toMatchObject({ code: 'overloaded', message: 'not now' });
    reason = undefined;
    expect(codeOf(await open(copy))).toBe('accepted');
  });
});

describe('CommandExecutor on a store that says nothing', () => {
  it('answers everyone in time, whether sent, waiting, or repeated', async () => {
    const copy = store.copy('silent', { maxBatch: 1, maxWaiting: 20 });
    const key = randomUUID();
    await whileAppendsHang(async () => {
      const took = async (answer: Promise<unknown>) => {
        const from = performance.now();
        await expect(answer).rejects.toMatchObject({ code: 'event-store-unavailable' });
        return performance.now() - from;
      };
      const repeated = () => copy.run(key, { type: 'open', name: key }, withKey(key));
      const early = [repeated(), repeated(), repeated(), open(copy), open(copy)].map(took);
      await eventually(() => appendHangs('silent'));
      const times = await Promise.all([...early, ...[open(copy), repeated()].map(took)]);
      expect(Math.max(...times)).toBeLessThan(2_000);

      const burst = Array.from({ length: 40 }, () => took(open(copy)));
      expect(Math.max(...(await Promise.all(burst)))).toBeLessThan(2_000);
    });
    expect(codeOf(await open(copy))).toBe('accepted');
  });

  it('lets the key tell what became of an append that nobody waited for any more', async () => {
    const copy = store.copy('in-doubt', { maxBatch: 1 });
    const [sent, queued] = [randomUUID(), randomUUID()];
    const run = (id: string) => copy.run(id, { type: 'open', name: id }, withKey(id));
    await whileAppendsHang(async () => {
      const ends = [sent, queued].map((id) =>
        expect(run(id)).rejects.toMatchObject({ code: 'event-store-unavailable' }),
      );
      await Promise.all(ends);
    });
    expect((await run(sent)).kind).toBe('replayed');
    expect((await run(queued)).kind).toBe('accepted');
    for (const id of [sent, queued]) expect(await store.typesOf(id)).toEqual(['account.opened']);
  });
});
