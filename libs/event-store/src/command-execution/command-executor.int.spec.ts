import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { eventually } from '@eventfleet/testing';
import { codeOf, startEventStore, type EventStoreFixture } from '../event-store.fixture.js';

let store: EventStoreFixture;
beforeAll(async () => {
  store = await startEventStore();
});
afterAll(() => store.close());

describe('CommandExecutor', () => {
  it('lets two copies race for one stream without losing or doubling a version', async () => {
    const [a, b] = [store.copy(), store.copy()];
    const id = randomUUID();
    await a.run(id, { type: 'open', name: id });
    const copies = Array.from({ length: 64 }, (_, index) => (index % 2 ? a : b));
    const results = await Promise.all(copies.map((copy) => copy.run(id, { type: 'credit', amount: 1 })));
    const versions = results.map((result) => (result.kind === 'accepted' ? result.version : 0));
    expect(versions.toSorted((x, y) => x - y)).toEqual(Array.from({ length: 64 }, (_, index) => index + 2));
    expect(await store.typesOf(id)).toHaveLength(65);
  });

  it('gives a version to one of two that append it at the same time, and decides the other again', async () => {
    const copies = [store.copy(), store.copy()];
    const id = randomUUID();
    await copies[0]!.run(id, { type: 'open', name: id });
    await copies[1]!.run(id, { type: 'credit', amount: 1 });
    await copies[0]!.run(id, { type: 'credit', amount: 1 });
    const blocker = await store.admin.connect();
    await blocker.query('begin');
    await blocker.query('lock table events in share mode');
    const results = copies.map((copy) => copy.run(id, { type: 'credit', amount: 1 }));
    await eventually(async () => {
      const { rowCount } = await store.admin.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rowCount === 2;
    });
    await blocker.query('commit');
    blocker.release();
    const versions = (await Promise.all(results)).map((result) =>
      result.kind === 'accepted' ? result.version : 0,
    );
    expect(versions.toSorted((a, b) => a - b)).toEqual([4, 5]);
    expect(await store.typesOf(id)).toHaveLength(5);
  });

  it('appends two events whole or not at all', async () => {
    const [a, b] = [store.copy(), store.copy()];
    for (let round = 0; round < 20; round++) {
      const id = randomUUID();
      const results = await Promise.all([
        a.run(id, { type: 'open-with-credit', name: `${id}a`, amount: 1 }),
        b.run(id, { type: 'open', name: `${id}b` }),
      ]);
      expect(results.map(codeOf).toSorted()).toEqual(['accepted', 'exists']);
      const won =
        results[0].kind === 'accepted' ? ['account.opened', 'account.credited'] : ['account.opened'];
      expect(await store.typesOf(id)).toEqual(won);
    }
  });

  it('gives a claim to one of many, and leaves nothing of the others', async () => {
    const [a, b] = [store.copy(), store.copy()];
    const name = randomUUID();
    const ids = Array.from({ length: 200 }, () => randomUUID());
    const results = await Promise.all(
      ids.map((id, index) => (index % 2 ? a : b).run(id, { type: 'open', name })),
    );
    expect(results.map(codeOf).filter((code) => code === 'accepted')).toHaveLength(1);
    expect(results.map(codeOf).filter((code) => code === 'name-taken')).toHaveLength(199);
    const stored = await store.admin.query('select 1 from events where aggregate_id = any($1)', [ids]);
    expect(stored.rowCount).toBe(1);
    const refused = ids[results.findIndex((result) => result.kind === 'refused')]!;
    expect(codeOf(await a.run(refused, { type: 'open', name: randomUUID() }))).toBe('accepted');
  });

  it('refuses one of a hundred and accepts the others', async () => {
    const [one, other] = [store.copy(), store.copy()];
    const name = randomUUID();
    await other.run(randomUUID(), { type: 'open', name });
    const results = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        one.run(randomUUID(), { type: 'open', name: index === 57 ? name : randomUUID() }, { isNewId: true }),
      ),
    );
    expect(results.map(codeOf)).toEqual(
      Array.from({ length: 100 }, (_, index) => (index === 57 ? 'name-taken' : 'accepted')),
    );
  });

  it('hands a claim from a closed aggregate to a new one, again and again', async () => {
    const [a, b] = [store.copy(), store.copy()];
    const name = randomUUID();
    let holder = randomUUID();
    await a.run(holder, { type: 'open', name });
    for (let round = 0; round < 30; round++) {
      const next = randomUUID();
      const [closed, opened] = await Promise.all([
        a.run(holder, { type: 'close' }),
        b.run(next, { type: 'open', name }),
      ]);
      expect(codeOf(closed)).toBe('accepted');
      if (opened.kind !== 'accepted')
        expect(codeOf(await b.run(next, { type: 'open', name }))).toBe('accepted');
      const held = await store.admin.query('select aggregate_id from claims where key = $1', [name]);
      expect(held.rows).toEqual([{ aggregate_id: next }]);
      holder = next;
    }
  });

  it('keeps a claim with its holder, when another command of the batch asks for it first', async () => {
    const one = store.copy();
    const [holder, other] = [randomUUID(), randomUUID()];
    const name = randomUUID();
    await one.run(holder, { type: 'open', name });
    const results = await Promise.all([
      one.run(other, { type: 'open', name }),
      one.run(holder, { type: 'rename', name: `${name}-2` }),
      one.run(other, { type: 'open', name }),
    ]);
    expect(results.map(codeOf)).toEqual(['name-taken', 'accepted', 'accepted']);
    const held = await store.admin.query('select aggregate_id from claims where key like $1 order by key', [
      `${name}%`,
    ]);
    expect(held.rows).toEqual([{ aggregate_id: other }, { aggregate_id: holder }]);
  });

  it('refuses a claim that is held, even if the batch would release it again', async () => {
    const [one, two] = [store.copy(), store.copy()];
    const name = randomUUID();
    await two.run(randomUUID(), { type: 'open', name });
    const id = randomUUID();
    const results = await Promise.all([
      one.run(id, { type: 'open', name }),
      one.run(id, { type: 'rename', name: `${name}-2` }),
    ]);
    expect(results.map(codeOf)).toEqual(['name-taken', 'missing']);
  });

  it('replays an answer while another request with its key is being refused', async () => {
    const one = store.copy();
    const id = randomUUID();
    const key = { scope: 'test', key: randomUUID(), render: (decision: object) => JSON.stringify(decision) };
    await one.run(id, { type: 'open', name: id }, { idempotency: { ...key, fingerprint: 'first' } });
    const [misused, repeated] = await Promise.allSettled([
      one.run(id, { type: 'close' }, { idempotency: { ...key, fingerprint: 'other' } }),
      one.run(id, { type: 'open', name: id }, { idempotency: { ...key, fingerprint: 'first' } }),
    ]);
    expect(misused).toMatchObject({ status: 'rejected', reason: { code: 'idempotency-key-reused' } });
    expect(repeated).toMatchObject({ status: 'fulfilled', value: { kind: 'replayed' } });
  });

  it('takes effect once for one idempotency key, on whichever copy', async () => {
    const [a, b] = [store.copy(), store.copy()];
    const id = randomUUID();
    await a.run(id, { type: 'open', name: id });
    const idempotency = {
      scope: 'test',
      key: randomUUID(),
      fingerprint: 'f',
      render: (decision: object) => JSON.stringify(decision),
    };
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (index % 2 ? a : b).run(id, { type: 'credit', amount: 5 }, { idempotency }),
      ),
    );
    expect(results.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
    const replayed = new Set(results.flatMap((result) => (result.kind === 'replayed' ? result.answer : [])));
    expect(replayed.size).toBe(1);
    expect(await store.typesOf(id)).toEqual(['account.opened', 'account.credited']);
    await expect(
      b.run(id, { type: 'credit', amount: 6 }, { idempotency: { ...idempotency, fingerprint: 'other' } }),
    ).rejects.toMatchObject({ code: 'idempotency-key-reused' });
  });

  it('stores a refusal under its key, and repeats it when it is no longer true', async () => {
    const one = store.copy();
    const id = randomUUID();
    const idempotency = {
      scope: 'test',
      key: randomUUID(),
      fingerprint: 'f',
      render: (decision: object) => JSON.stringify(decision),
    };
    expect(codeOf(await one.run(id, { type: 'close' }, { idempotency }))).toBe('missing');
    await one.run(id, { type: 'open', name: id });
    expect((await one.run(id, { type: 'close' }, { idempotency })).kind).toBe('replayed');
    expect(await store.typesOf(id)).toEqual(['account.opened']);
  });

  it('finds what was stored under the former key, in the same query as under the present one', async () => {
    const before = store.copy();
    const [first, second] = [randomUUID(), randomUUID()];
    const formerKey = randomUUID();
    const keyed = (key: string, fingerprint: string) => ({
      scope: 'test',
      key,
      fingerprint,
      render: ({ kind }: { kind: string }) => JSON.stringify(`${key} ${kind}`),
    });
    const open = (id: string) => ({ type: 'open', name: id }) as const;
    await before.run(first, open(first), { idempotency: keyed(formerKey, first) });

    const after = store.copy();
    const queries = jest.spyOn(after.eventStore, 'readIdempotencyAnswers');
    const run = (id: string, source: string) =>
      after.run(id, open(id), { idempotency: { ...keyed(`${formerKey} ${source}`, id), formerKey } });
    expect(await Promise.all([run(first, 'a'), run(second, 'b')])).toMatchObject([
      { kind: 'replayed', answer: JSON.stringify(`${formerKey} accepted`) },
      { kind: 'accepted', version: 1 },
    ]);
    expect(queries).toHaveBeenCalledTimes(1);
    expect(await run(second, 'b')).toMatchObject({
      kind: 'replayed',
      answer: JSON.stringify(`${formerKey} b accepted`),
    });
    expect(await store.typesOf(first)).toEqual(['account.opened']);
    expect(await store.typesOf(second)).toEqual(['account.opened']);
  });

  it('never answers from a cached state that another copy has made stale', async () => {
    const [a, b] = [store.copy(), store.copy()];
    const id = randomUUID();
    await a.run(id, { type: 'open', name: `${id}-1` });
    await b.run(id, { type: 'rename', name: `${id}-2` });
    const back = await a.run(id, { type: 'rename', name: `${id}-1` });
    expect(back).toMatchObject({ kind: 'accepted', version: 3 });
    await b.run(id, { type: 'rename', name: `${id}-4` });
    expect(codeOf(await a.run(id, { type: 'credit', amount: 1 }, { expectedVersions: [3] }))).toBe(
      'version-mismatch',
    );
    await b.run(id, { type: 'credit', amount: 1 });
    expect(codeOf(await a.run(id, { type: 'credit', amount: 1 }, { expectedVersions: [5] }))).toBe(
      'accepted',
    );
    await b.run(id, { type: 'close' });
    expect(codeOf(await a.run(id, { type: 'rename', name: `${id}-4` }))).toBe('missing');
    expect(codeOf(await a.run(id, { type: 'credit', amount: 1 }))).toBe('missing');
  });
});
