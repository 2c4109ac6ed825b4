import { randomUUID } from 'node:crypto';
import { codeOf, startEventStore, type EventStoreFixture } from '../event-store.fixture.js';
import { failToWrite, replaceStatement } from './lost-answers.fixture.js';

let store: EventStoreFixture;
beforeAll(async () => {
  store = await startEventStore();
});
afterAll(() => store.close());

/** A statement that an operator or a time-out cancels. */
const CANCELLED = `do $$ begin raise exception 'cancelled' using errcode = '57014'; end $$`;

describe('CommandExecutor on a store that fails', () => {
  it('writes nothing outside a transaction when the begin fails', async () => {
    const one = store.copy();
    let failures = 1;
    replaceStatement(one.pool, (text) =>
      text.startsWith('begin') && failures-- > 0 ? CANCELLED : undefined,
    );
    const id = randomUUID();
    const result = await one.run(id, { type: 'open', name: id }, { isNewId: true });
    expect(failures).toBeLessThan(1);
    expect(result).toMatchObject({ kind: 'accepted', version: 1 });
    expect(await store.typesOf(id)).toEqual(['account.opened']);
  });

  it.each([
    'begin',
    'insert into idempotency',
    'delete from claims',
    'insert into claims',
    'insert into events',
  ])(
    'commits nothing of an append whose %s fails in the client, and then appends it once',
    async (failing) => {
      const [one, other] = [store.copy(), store.copy()];
      const id = randomUUID();
      let failures = 0;
      failToWrite(one.pool, (text) => text.includes(failing) && failures-- > 0);
      await one.run(id, { type: 'open', name: id });
      failures = 1;
      const idempotency = { scope: 'test', key: id, fingerprint: '', render: () => '{}' };

      const renamed = one.run(id, { type: 'rename', name: `${id}-2` }, { idempotency });

      expect(await renamed).toMatchObject({ kind: 'accepted', version: 2 });
      expect(failures).toBeLessThan(1);
      expect(await store.typesOf(id)).toEqual(['account.opened', 'account.renamed']);
      const taken = other.run(randomUUID(), { type: 'open', name: `${id}-2` });
      expect(codeOf(await taken)).toBe('name-taken');
      expect(codeOf(await other.run(randomUUID(), { type: 'open', name: id }))).toBe('accepted');
    },
  );

  it('rejects with event-store-unavailable when the tables are missing', async () => {
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

  it('gives no answer that an append in doubt could make untrue', async () => {
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
