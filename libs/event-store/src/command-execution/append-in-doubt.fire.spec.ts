import { randomUUID } from 'node:crypto';
import type { CommandResult } from './command-result.js';
import { startEventStore, type EventStoreFixture } from '../event-store.fixture.js';
import { loseAnswers } from './lost-answers.fixture.js';

let store: EventStoreFixture;
beforeAll(async () => {
  store = await startEventStore();
});
afterAll(() => store.close());

describe('an append whose connection breaks', () => {
  it('takes effect at most once when connections are killed in the middle of appends', async () => {
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
    const results: { id: string; result: CommandResult | undefined }[] = [];
    const deadline = Date.now() + 20_000;
    for (let round = 0; (round < 40 || kills < 10) && Date.now() < deadline; round++) {
      const answered = await Promise.all(
        ids.map(async (id, index) => ({
          id,
          result: await (index % 2 ? a : b).run(id, { type: 'credit', amount: 1 }).catch(() => undefined),
        })),
      );
      results.push(...answered);
    }
    killing = false;
    await killer;
    expect(kills).toBeGreaterThanOrEqual(10);
    for (const id of ids) {
      const mine = results.filter((entry) => entry.id === id);
      const accepted = mine.flatMap(({ result }) => (result?.kind === 'accepted' ? result.version : []));
      const credits = (await store.typesOf(id)).filter((type) => type === 'account.credited').length;
      expect(new Set(accepted).size).toBe(accepted.length);
      expect(credits).toBeGreaterThanOrEqual(accepted.length);
      expect(credits).toBeLessThanOrEqual(mine.length);
    }
  });

  it('is found to be committed, and not done again', async () => {
    const one = store.copy();
    let losses = 0;
    loseAnswers(one.pool, () => losses-- > 0);
    const id = randomUUID();
    await one.run(id, { type: 'open', name: id });
    losses = 1;
    const result = await one.run(id, { type: 'credit', amount: 1 });
    expect(result).toMatchObject({ kind: 'accepted', version: 2 });
    expect(losses).toBeLessThan(1);
    expect(await store.typesOf(id)).toEqual(['account.opened', 'account.credited']);
  });
});
