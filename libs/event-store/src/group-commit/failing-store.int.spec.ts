import { randomUUID } from 'node:crypto';
import { startEventStore, type EventStoreFixture } from './event-store.fixture.spec.js';
import { replaceStatement } from './lost-answers.fixture.spec.js';

let store: EventStoreFixture;
beforeAll(async () => {
  store = await startEventStore();
});
afterAll(() => store.close());

/** Stands for a statement that is cancelled by an operator or its timer. */
const CANCELLED = `do $$ begin raise exception 'cancelled' using errcode = '57014'; end $$`;

describe('GroupCommit on a store that fails', () => {
  it('writes nothing piecemeal where the beginning of its transaction fails', async () => {
    const one = store.copy();
    let failures = 1;
    replaceStatement(one.pool, (text) =>
      text.startsWith('begin') && failures-- > 0 ? CANCELLED : undefined,
    );
    const id = randomUUID();
    const outcome = await one.run(id, { type: 'open', name: id }, { isNewId: true });
    expect(failures).toBeLessThan(1);
    expect(outcome).toMatchObject({ kind: 'accepted', version: 1 });
    expect(await store.typesOf(id)).toEqual(['account.opened']);
  });

  it('says that the store cannot be used where its tables are not there', async () => {
    const one = store.copy();
    await store.admin.query('alter table events rename to events_elsewhere');
    try {
      await expect(one.run(randomUUID(), { type: 'close' })).rejects.toMatchObject({
        code: 'event-store-unavailable',
      });
    } finally {
      await store.admin.query('alter table events_elsewhere rename to events');
    }
  });

  it('answers nothing that an append which may still commit would make untrue', async () => {
    const [one, other] = [store.copy(), store.copy()];
    const id = randomUUID();
    const rename = { type: 'rename', name: `${id}-2` } as const;
    let cuts = 0;
    replaceStatement(one.pool, (text) => {
      if (!text.startsWith('begin') || cuts-- < 1) return undefined;
      return other.run(id, rename).then(() => {
        throw new Error('Connection terminated unexpectedly');
      });
    });
    await one.run(id, { type: 'open', name: id });
    cuts = 1;
    const renamed = one.run(id, rename);
    await expect(renamed).rejects.toMatchObject({ code: 'event-store-unavailable' });
    expect(cuts).toBeLessThan(1);
  });
});
