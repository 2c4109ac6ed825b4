import { randomUUID } from 'node:crypto';
import type { Outcome } from './command-request.js';
import { startEventStore, type EventStoreFixture } from './event-store.fixture.js';
import { loseAnswers } from './lost-answers.fixture.js';

let store: EventStoreFixture;
beforeAll(async () => {
  store = await startEventStore();
});
afterAll(() => store.close());

describe('an append whose connection breaks', () => {
  it('comes out right when the connections of its appends are killed in the middle', async () => {
    const name = `victim-${randomUUID().slice(0, 8)}`;
    const [a, b] = [store.copy(name), store.copy(name)];
    const ids = Array.from({ length: 20 }, () => randomUUID());
    await Promise.all(ids.map((id) => a.run(id, { type: 'open', name: id })));
    let killing = true;
    let kills = 0;
    const killer = (async () => {
      while (killing) {
        const killed = await store.admin.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where application_name = $1 and state = 'active' and query ~ '^(insert|commit|delete|begin)' limit 1`,
          [name],
        );
        kills += killed.rowCount ?? 0;
      }
    })();
    const outcomes: { id: string; outcome: Outcome | undefined }[] = [];
    const deadline = Date.now() + 20_000;
    for (let round = 0; (round < 40 || kills < 10) && Date.now() < deadline; round++) {
      const results = await Promise.all(
        ids.map(async (id, index) => ({
          id,
          outcome: await (index % 2 ? a : b).run(id, { type: 'credit', amount: 1 }).catch(() => undefined),
        })),
      );
      outcomes.push(...results);
    }
    killing = false;
    await killer;
    expect(kills).toBeGreaterThanOrEqual(10);
    for (const id of ids) {
      const mine = outcomes.filter((entry) => entry.id === id);
      const accepted = mine.flatMap(({ outcome }) => (outcome?.kind === 'accepted' ? outcome.version : []));
      const credits = (await store.typesOf(id)).filter((type) => type === 'account.credited').length;
      expect(new Set(accepted).size).toBe(accepted.length);
      expect(credits).toBeGreaterThanOrEqual(accepted.length);
      expect(credits).toBeLessThanOrEqual(mine.length);
    }
  }, 60_000);

  it('finds out that an append in doubt was committed, instead of doing it again', async () => {
    const one = store.copy();
    let losses = 0;
    loseAnswers(one.pool, () => losses-- > 0);
    const id = randomUUID();
    await one.run(id, { type: 'open', name: id });
    losses = 1;
    const outcome = await one.run(id, { type: 'credit', amount: 1 });
    expect(outcome).toMatchObject({ kind: 'accepted', version: 2 });
    expect(losses).toBeLessThan(1);
    expect(await store.typesOf(id)).toEqual(['account.opened', 'account.credited']);
  });
});
