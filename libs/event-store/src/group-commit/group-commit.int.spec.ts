import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { createPool } from '@eventfleet/postgres';
import { createTestDatabase, type TestDatabase } from '@eventfleet/testing';
import {
  accountDecider,
  type Account,
  type AccountCommand,
  type AccountEvent,
} from '../account.fixture.spec.js';
import { migrateEventStore } from '../migrate.js';
import type { CommandRequest, Outcome } from './command-request.js';
import { GroupCommit } from './group-commit.js';

type Accounts = GroupCommit<Account, AccountCommand, AccountEvent>;

const metadata = { correlationId: 'c', causationId: 'k', traceparent: 't' };
let database: TestDatabase;
let pools: pg.Pool[] = [];
let admin: pg.Pool;

beforeAll(async () => {
  database = await createTestDatabase('group-commit');
  await migrateEventStore(database.url);
});
afterAll(() => database.drop());
beforeEach(() => {
  admin = new pg.Pool({ connectionString: database.url });
});
afterEach(async () => {
  await Promise.all([...pools, admin].map((pool) => pool.end()));
  pools = [];
});

/** Stands for one process: a pool and a cache of its own. */
function accounts(name = 'copy'): Accounts {
  const pool = createPool({ url: database.url, applicationName: name, max: 2, pipeline: true });
  pools.push(pool);
  return new GroupCommit({ pool, decider: accountDecider, stamp: { now: () => new Date(), newId: uuidv7 } });
}

function run(
  store: Accounts,
  aggregateId: string,
  command: AccountCommand,
  more: Partial<CommandRequest<AccountCommand>> = {},
) {
  return store.execute({ aggregateId, command, metadata, ...more });
}

/** The stream's events in the order of the tail, which has to be the order of versions. */
async function typesOf(aggregateId: string): Promise<string[]> {
  const result = await admin.query<{ version: number; event_type: string }>(
    'select version, event_type from events where aggregate_id = $1 order by transaction_id, global_position',
    [aggregateId],
  );
  expect(result.rows.map(({ version }) => version)).toEqual(result.rows.map((_, index) => index + 1));
  return result.rows.map(({ event_type: type }) => type);
}

const codeOf = (outcome: Outcome) => (outcome.kind === 'refused' ? outcome.error.code : outcome.kind);

describe('GroupCommit', () => {
  it('lets two copies race for one stream without losing or doubling a version', async () => {
    const [a, b] = [accounts(), accounts()];
    const id = randomUUID();
    await run(a, id, { type: 'open', name: id });
    const copies = Array.from({ length: 64 }, (_, index) => (index % 2 ? a : b));
    const outcomes = await Promise.all(copies.map((copy) => run(copy, id, { type: 'credit', amount: 1 })));
    const versions = outcomes.map((outcome) => (outcome.kind === 'accepted' ? outcome.version : 0));
    expect(versions.toSorted((x, y) => x - y)).toEqual(Array.from({ length: 64 }, (_, index) => index + 2));
    expect(await typesOf(id)).toHaveLength(65);
  });

  it('appends two events whole or not at all', async () => {
    const [a, b] = [accounts(), accounts()];
    for (let round = 0; round < 20; round++) {
      const id = randomUUID();
      const outcomes = await Promise.all([
        run(a, id, { type: 'open-with-credit', name: `${id}a`, amount: 1 }),
        run(b, id, { type: 'open', name: `${id}b` }),
      ]);
      expect(outcomes.map(codeOf).toSorted()).toEqual(['accepted', 'exists']);
      const won =
        outcomes[0].kind === 'accepted' ? ['account.opened', 'account.credited'] : ['account.opened'];
      expect(await typesOf(id)).toEqual(won);
    }
  });

  it('gives a claim to one of many, and leaves nothing of the others', async () => {
    const [a, b] = [accounts(), accounts()];
    const name = randomUUID();
    const ids = Array.from({ length: 200 }, () => randomUUID());
    const outcomes = await Promise.all(
      ids.map((id, index) => run(index % 2 ? a : b, id, { type: 'open', name })),
    );
    expect(outcomes.map(codeOf).filter((code) => code === 'accepted')).toHaveLength(1);
    expect(outcomes.map(codeOf).filter((code) => code === 'name-taken')).toHaveLength(199);
    const stored = await admin.query('select 1 from events where aggregate_id = any($1)', [ids]);
    expect(stored.rowCount).toBe(1);
    const refused = ids[outcomes.findIndex((outcome) => outcome.kind === 'refused')]!;
    expect(codeOf(await run(a, refused, { type: 'open', name: randomUUID() }))).toBe('accepted');
  });

  it('refuses one of a hundred and accepts the others', async () => {
    const [store, other] = [accounts(), accounts()];
    const name = randomUUID();
    await run(other, randomUUID(), { type: 'open', name });
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        run(
          store,
          randomUUID(),
          { type: 'open', name: index === 57 ? name : randomUUID() },
          { isNewId: true },
        ),
      ),
    );
    expect(outcomes.map(codeOf)).toEqual(
      Array.from({ length: 100 }, (_, index) => (index === 57 ? 'name-taken' : 'accepted')),
    );
  });

  it('hands a claim from a closed aggregate to a new one, again and again', async () => {
    const [a, b] = [accounts(), accounts()];
    const name = randomUUID();
    let holder = randomUUID();
    await run(a, holder, { type: 'open', name });
    for (let round = 0; round < 30; round++) {
      const next = randomUUID();
      const [closed, opened] = await Promise.all([
        run(a, holder, { type: 'close' }),
        run(b, next, { type: 'open', name }),
      ]);
      expect(codeOf(closed)).toBe('accepted');
      if (opened.kind !== 'accepted')
        expect(codeOf(await run(b, next, { type: 'open', name }))).toBe('accepted');
      const held = await admin.query('select aggregate_id from claims where key = $1', [name]);
      expect(held.rows).toEqual([{ aggregate_id: next }]);
      holder = next;
    }
  });

  it('takes effect once for one idempotency key, whichever copy is asked', async () => {
    const [a, b] = [accounts(), accounts()];
    const id = randomUUID();
    await run(a, id, { type: 'open', name: id });
    const idempotency = {
      scope: 'test',
      key: randomUUID(),
      fingerprint: 'f',
      render: (decided: object) => JSON.stringify(decided),
    };
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        run(index % 2 ? a : b, id, { type: 'credit', amount: 5 }, { idempotency }),
      ),
    );
    expect(outcomes.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
    const replayed = new Set(
      outcomes.flatMap((outcome) => (outcome.kind === 'replayed' ? outcome.answer : [])),
    );
    expect(replayed.size).toBe(1);
    expect(await typesOf(id)).toEqual(['account.opened', 'account.credited']);
    await expect(
      run(b, id, { type: 'credit', amount: 6 }, { idempotency: { ...idempotency, fingerprint: 'other' } }),
    ).rejects.toMatchObject({ code: 'idempotency-key-reused' });
  });

  it('stores a refusal under its key, and repeats it when it is no longer true', async () => {
    const store = accounts();
    const id = randomUUID();
    const idempotency = {
      scope: 'test',
      key: randomUUID(),
      fingerprint: 'f',
      render: (decided: object) => JSON.stringify(decided),
    };
    expect(codeOf(await run(store, id, { type: 'close' }, { idempotency }))).toBe('missing');
    await run(store, id, { type: 'open', name: id });
    expect((await run(store, id, { type: 'close' }, { idempotency })).kind).toBe('replayed');
    expect(await typesOf(id)).toEqual(['account.opened']);
  });

  it('never answers from a cached state that another copy has made stale', async () => {
    const [a, b] = [accounts(), accounts()];
    const id = randomUUID();
    await run(a, id, { type: 'open', name: `${id}-1` });
    await run(b, id, { type: 'rename', name: `${id}-2` });
    const back = await run(a, id, { type: 'rename', name: `${id}-1` });
    expect(back).toMatchObject({ kind: 'accepted', version: 3 });
    await run(b, id, { type: 'rename', name: `${id}-4` });
    expect(codeOf(await run(a, id, { type: 'credit', amount: 1 }, { expectedVersion: 3 }))).toBe(
      'version-mismatch',
    );
    await run(b, id, { type: 'credit', amount: 1 });
    expect(codeOf(await run(a, id, { type: 'credit', amount: 1 }, { expectedVersion: 5 }))).toBe('accepted');
    await run(b, id, { type: 'close' });
    expect(codeOf(await run(a, id, { type: 'rename', name: `${id}-4` }))).toBe('missing');
    expect(codeOf(await run(a, id, { type: 'credit', amount: 1 }))).toBe('missing');
  });

  it('comes out right when the connections of its appends are killed in the middle', async () => {
    const name = `victim-${randomUUID().slice(0, 8)}`;
    const [a, b] = [accounts(name), accounts(name)];
    const ids = Array.from({ length: 20 }, () => randomUUID());
    await Promise.all(ids.map((id) => run(a, id, { type: 'open', name: id })));
    let killing = true;
    let kills = 0;
    const killer = (async () => {
      while (killing) {
        const killed = await admin.query(
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
          outcome: await run(index % 2 ? a : b, id, { type: 'credit', amount: 1 }).catch(() => undefined),
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
      const credits = (await typesOf(id)).filter((type) => type === 'account.credited').length;
      expect(new Set(accepted).size).toBe(accepted.length);
      expect(credits).toBeGreaterThanOrEqual(accepted.length);
      expect(credits).toBeLessThanOrEqual(mine.length);
    }
  }, 60_000);

  it('finds out that an append in doubt was committed, instead of doing it again', async () => {
    const store = accounts();
    const id = randomUUID();
    await run(store, id, { type: 'open', name: id });
    const pool = pools.at(-1)!;
    let broken = 0;
    pool.on('acquire', (client) => breakAfterCommit(client, () => broken++ === 0));
    const outcome = await run(store, id, { type: 'credit', amount: 1 });
    expect(outcome).toMatchObject({ kind: 'accepted', version: 2 });
    expect(broken).toBeGreaterThan(0);
    expect(await typesOf(id)).toEqual(['account.opened', 'account.credited']);
  });
});

/** Lets the commit through to the server, and loses the answer with the connection. */
function breakAfterCommit(client: pg.PoolClient, isFirst: () => boolean): void {
  const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
  client.query = (async (...args: unknown[]) => {
    const result = await query(...args);
    if (args[0] === 'commit' && isFirst()) throw new Error('Connection terminated unexpectedly');
    return result;
  }) as typeof client.query;
}
