import { createSecretKey, randomUUID } from 'node:crypto';
import { createPool, withTransaction } from '@eventfleet/postgres';
import { createTestDatabase, type TestDatabase } from '@eventfleet/testing';
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { CommandExecutor } from '../command-execution/command-executor.js';
import { EventStore } from '../event-store.js';
import { migrateEventStore } from '../migrate.js';
import { loadPastStates } from '../snapshots/load-past-states.js';
import { beginEncryption, isEncryptionOn } from './claim-secret.js';
import { erasureIdOf } from './erasure-id.js';
import { readErasure, readRunningErasures } from './erasures.js';
import { LocalKeyWrapper, type WrappingKey } from './key-wrapper.js';
import { PersonalData } from './personal-data.js';
import {
  personCatalog as catalog,
  personDecider as decider,
  type Person,
  type PersonCommand,
  type PersonEvent,
} from './person.fixture.js';
import { rewrapKeys } from './rewrap-keys.js';

const wrapping = (kid: string, byte: number): WrappingKey => {
  return { kid, secret: createSecretKey(Buffer.alloc(32, byte)) };
};
const metadata = { correlationId: 'c', causationId: 'k', traceparent: 't' };
const MARKER = 'Zacharias';

let database: TestDatabase;
let admin: pg.Pool;
const pools: pg.Pool[] = [];

beforeEach(async () => {
  database = await createTestDatabase('personal-data', migrateEventStore);
  admin = createPool({ url: database.url, applicationName: 'test', max: 4 });
  pools.push(admin);
});
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.end()));
  await database.drop();
});

/** A process of its own; without keys one that knows nothing of encryption. */
function copy(keys: readonly WrappingKey[] = [wrapping('a', 1)]) {
  const pool = createPool({
    url: database.url,
    applicationName: 'copy',
    max: 2,
    pipeline: true,
    readOnly: true,
  });
  pools.push(pool);
  const [first, ...others] = keys;
  const wrapper = first && new LocalKeyWrapper([first, ...others]);
  const personalData =
    wrapper && new PersonalData({ pool, wrapper, aggregates: [{ name: 'person', events: catalog }] });
  const eventStore = new EventStore(pool, personalData);
  const executor = new CommandExecutor<Person, PersonCommand, PersonEvent>({
    eventStore,
    decider,
    clockAndIds: { now: () => new Date(), newId: uuidv7 },
    snapshotEvery: 3,
  });
  const run = async (aggregateId: string, command: PersonCommand) => {
    const mayLackPersonalData = command.type === 'erase';
    const result = await executor.execute({ aggregateId, command, metadata, mayLackPersonalData });
    return result.kind === 'refused' ? result.error.code : result.kind;
  };
  return { eventStore, personalData, run, drain: () => executor.drain() };
}

const begin = (key = wrapping('a', 1)) => beginEncryption(admin, new LocalKeyWrapper([key]));
const stream = (aggregateId: string) => ({ aggregateType: 'person', aggregateId });
const namesOf = async (store: EventStore, id: string) =>
  (await store.readStream(stream(id))).flatMap(({ data }) => (JSON.parse(data) as Person).name ?? []);

/** Every row of every table, as text. */
async function everything(): Promise<string> {
  const { rows: tables } = await admin.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await admin.query<{ text: string | null }>(
      `select string_agg(t::text, ' ') as text from ${name} t`,
    );
    texts.push(rows[0]?.text ?? '');
  }
  return texts.join('\n');
}

describe('personal data in the event store', () => {
  it('is stored encrypted, and decided on and read as it was', async () => {
    await begin();
    const [one, other] = [copy(), copy()];
    const id = randomUUID();

    expect(await one.run(id, { type: 'name', name: MARKER })).toBe('accepted');
    expect(await other.run(id, { type: 'name', name: `${MARKER} II` })).toBe('accepted');
    expect(await other.run(randomUUID(), { type: 'name', name: `${MARKER} II` })).toBe('name-taken');
    for (let n = 0; n < 4; n++) await one.run(id, { type: 'age' });
    await one.drain();

    expect(await everything()).not.toContain(MARKER);
    expect(await namesOf(other.eventStore, id)).toEqual([MARKER, `${MARKER} II`]);
    expect((await admin.query(`select from snapshots`)).rowCount).toBe(1);
    // From the snapshot, by a process that has nothing in memory.
    expect(await copy().run(randomUUID(), { type: 'name', name: `${MARKER} II` })).toBe('name-taken');
    expect(await copy().run(id, { type: 'age' })).toBe('accepted');
    const past = await loadPastStates(copy().eventStore, decider, [{ aggregateId: id, version: 4 }]);
    expect(past.get(id)?.state).toEqual({ name: `${MARKER} II` });
  });

  it('is gone with the event that erases it, in the same transaction', async () => {
    await begin();
    const [one, other] = [copy(), copy()];
    const [id, another] = [randomUUID(), randomUUID()];
    await one.run(id, { type: 'name', name: MARKER });
    await one.run(another, { type: 'name', name: 'Bea' });
    for (let n = 0; n < 3; n++) await one.run(id, { type: 'age' });
    await one.drain();
    const key = await one.personalData?.keyOf('person', id);
    expect(key?.secret.export()).toHaveLength(32);

    await other.run(id, { type: 'erase' });

    expect(await one.personalData?.keyOf('person', id)).toBeUndefined();
    expect((await namesOf(copy().eventStore, id)).every((name) => name.startsWith('\u007f'))).toBe(true);
    expect(await namesOf(copy().eventStore, another)).toEqual(['Bea']);
    const past = await loadPastStates(copy().eventStore, decider, [{ aggregateId: id, version: 4 }]);
    expect(past.get(id)?.state.name).toMatch(/^\u007f/);
    const erasureId = erasureIdOf('person', id);
    expect(await readRunningErasures(admin, 9)).toMatchObject([{ erasureId, aggregateId: id }]);
    expect(await readErasure(admin, erasureId)).toMatchObject({ state: 'running', places: [] });
    // The name is free again.
    expect(await one.run(randomUUID(), { type: 'name', name: MARKER })).toBe('accepted');
    // Nothing brings a key back, not even a process that still has the state in memory.
    await one.run(id, { type: 'name', name: 'Carl' });
    expect(await one.personalData?.keyOf('person', id)).toBeUndefined();
  });

  it('destroys no key if the append of the event is refused', async () => {
    await begin();
    const [one, other] = [copy(), copy()];
    const id = randomUUID();
    await one.run(id, { type: 'name', name: MARKER });
    await other.run(id, { type: 'age' });
    const erased = {
      eventId: randomUUID(),
      type: 'person.erased',
      schemaVersion: 1,
      data: '{}',
      occurredAt: new Date().toISOString(),
      ...metadata,
    };
    const appending = one.eventStore.appendToStream(stream(id), [erased], { expectedVersion: 1 });

    await expect(appending).rejects.toMatchObject({ code: 'write-conflict' });

    expect(await one.personalData?.keyOf('person', id)).toBeDefined();
    expect(await namesOf(other.eventStore, id)).toEqual([MARKER]);
  });

  it('gives two writers of a new aggregate one key', async () => {
    await begin();
    const copies = [copy(), copy(), copy()];
    const reader = copy();
    for (let n = 0; n < 5; n++) {
      const id = randomUUID();
      const named = copies.map((each, index) =>
        each.run(id, { type: 'name', name: `${MARKER} ${n} ${index}` }),
      );
      expect(await Promise.all(named)).toEqual(['accepted', 'accepted', 'accepted']);
      expect(await namesOf(reader.eventStore, id)).toHaveLength(3);
    }
    expect((await admin.query(`select from personal_data_keys`)).rowCount).toBe(5);
  });

  it('outlives the rotation of the wrapping key', async () => {
    const [old, fresh] = [wrapping('a', 1), wrapping('b', 2)];
    await begin(old);
    const id = randomUUID();
    await copy([old]).run(id, { type: 'name', name: MARKER });
    const both = copy([fresh, old]);
    expect(await namesOf(both.eventStore, id)).toEqual([MARKER]);
    const other = randomUUID();
    expect(await both.run(other, { type: 'name', name: MARKER })).toBe('name-taken');
    await both.run(other, { type: 'name', name: 'Bea' });
    const { rows } = await admin.query<{ kid: string }>(
      `select split_part(wrapped, '.', 1) as kid from personal_data_keys order by created_at`,
    );
    expect(rows.map(({ kid }) => kid)).toEqual(['a', 'b']);

    await expect(namesOf(copy([fresh]).eventStore, id)).rejects.toThrow('"a"');
    const wrapper = new LocalKeyWrapper([fresh, old]);
    expect([await rewrapKeys(admin, wrapper), await rewrapKeys(admin, wrapper)]).toEqual([2, 0]);
    const after = copy([fresh]);
    const secretOf = async ({ personalData }: ReturnType<typeof copy>) =>
      (await personalData!.secretFor('test')).export();
    expect(await secretOf(after)).toEqual(await secretOf(both));
    expect(await namesOf(after.eventStore, id)).toEqual([MARKER]);
    expect(await after.run(randomUUID(), { type: 'name', name: MARKER })).toBe('name-taken');
  });

  it('says which key is lost, and reads the others', async () => {
    await begin();
    const [id, other] = [randomUUID(), randomUUID()];
    const one = copy();
    await one.run(id, { type: 'name', name: MARKER });
    await one.run(other, { type: 'name', name: 'Bea' });
    await admin.query(`delete from personal_data_keys where aggregate_id = $1`, [id]);
    await expect(namesOf(copy().eventStore, id)).rejects.toMatchObject({ code: 'personal-data-key-missing' });
    expect(await namesOf(copy().eventStore, other)).toEqual(['Bea']);
    const both = { aggregateType: 'person', aggregateIds: [id, other], limit: 9 };
    const data = (await copy().eventStore.readEventsOf(both)).map(
      (event) => JSON.parse(event.data) as Person,
    );
    expect(data).toEqual(expect.arrayContaining([{ name: null }, { name: 'Bea' }]));
  });
});

describe('a key that cannot be unwrapped', () => {
  const lacking = wrapping('lost', 9);
  const [id, other] = [randomUUID(), randomUUID()];

  /** Both have a name and, from here on, a process of its own that asks for both at once. */
  async function withOneLocked(damage: () => Promise<unknown>) {
    await begin();
    await copy([lacking, wrapping('a', 1)]).run(id, { type: 'name', name: MARKER });
    await copy().run(other, { type: 'name', name: 'Bea' });
    await damage();
    const one = copy();
    const both = { aggregateType: 'person', aggregateIds: [id, other], limit: 9 };
    const events = await one.eventStore.readEventsOf(both);
    expect(events.map(({ data }) => JSON.parse(data) as Person)).toEqual(
      expect.arrayContaining([{ name: null }, { name: 'Bea' }]),
    );
    const stored = await new EventStore(admin).readEventsOf(both);
    const revealed = await one.personalData!.revealEach(stored);
    const codes = revealed.map((each, index) => [
      stored[index]!.aggregateId,
      each instanceof Error ? each.code : (JSON.parse(each.data) as Person),
    ]);
    return { one, stored, revealed, codes: Object.fromEntries(codes) as Record<string, unknown> };
  }

  it('holds up its aggregate alone, says which key is lacking, and is never taken for erased', async () => {
    const { one, stored, revealed, codes } = await withOneLocked(async () => undefined);
    expect(codes).toEqual({ [id]: 'personal-data-wrapping-key-missing', [other]: { name: 'Bea' } });
    expect(revealed.find((each) => each instanceof Error)?.message).toContain(
      'PERSONAL_DATA_KEY lacks "lost"',
    );

    await expect(one.personalData!.revealOrErased(stored)).rejects.toMatchObject({
      code: 'personal-data-wrapping-key-missing',
    });
    await expect(one.personalData!.keyOf('person', id)).rejects.toMatchObject({
      code: 'personal-data-locked',
    });
    const ran = await Promise.allSettled([
      one.run(id, { type: 'name', name: 'Carl' }),
      one.run(other, { type: 'name', name: 'Dan' }),
    ]);
    expect(ran).toMatchObject([{ reason: { code: 'personal-data-locked' } }, { value: 'accepted' }]);

    const after = copy([wrapping('a', 1), lacking]);
    expect(await namesOf(after.eventStore, id)).toEqual([MARKER]);
  });

  it('may be a damaged row', async () => {
    const { codes } = await withOneLocked(() =>
      admin.query(`update personal_data_keys set wrapped = 'a.AAAA' where aggregate_id = $1`, [id]),
    );
    expect(codes).toEqual({ [id]: 'personal-data-unreadable', [other]: { name: 'Bea' } });
  });

  it.each([
    ['locked', 'select'],
    ['damaged', `update personal_data_keys set wrapped = 'a.AAAA'`],
    ['lost', 'delete from personal_data_keys'],
  ])('is destroyed all the same if it is %s, and no other command is decided', async (_, damage) => {
    await begin();
    const before = copy([lacking, wrapping('a', 1)]);
    for (let n = 0; n < 4; n++) await before.run(id, { type: 'name', name: `${MARKER} ${n}` });
    await before.drain();
    await admin.query(damage);

    await expect(copy().run(id, { type: 'age' })).rejects.toMatchObject({ code: 'personal-data-locked' });
    expect(await copy().run(id, { type: 'erase' })).toBe('accepted');

    expect(await readErasure(admin, erasureIdOf('person', id))).toMatchObject({ state: 'running' });
    const { rows } = await admin.query(`select wrapped from personal_data_keys where aggregate_id = $1`, [
      id,
    ]);
    expect(rows).toEqual([{ wrapped: null }]);
  });
});

describe('the beginning of encryption', () => {
  it('keeps names of before taken, and refuses plain claims from then on', async () => {
    const before = copy([]);
    const id = randomUUID();
    await before.run(id, { type: 'name', name: MARKER });
    expect(await isEncryptionOn(admin)).toBe(false);

    expect(await begin()).toBe(1);
    expect(await begin()).toBeUndefined();

    const after = copy();
    expect(await after.run(randomUUID(), { type: 'name', name: MARKER })).toBe('name-taken');
    expect((await admin.query(`select from claims where key like '%${MARKER}%'`)).rowCount).toBe(0);
    await expect(before.run(randomUUID(), { type: 'name', name: 'Bea' })).rejects.toThrow(/claims_hashed/);
    // Its events of before stay as they are, and say so.
    expect(await after.personalData?.hasPlain(stream(id))).toBe(true);
    expect(await after.run(id, { type: 'name', name: 'Carl' })).toBe('accepted');
    expect(await namesOf(copy().eventStore, id)).toEqual([MARKER, 'Carl']);
    const other = randomUUID();
    await after.run(other, { type: 'name', name: 'Dan' });
    expect(await after.personalData?.hasPlain(stream(other))).toBe(false);
  });

  it('is waited for by a process with the key', async () => {
    const running = copy().run(randomUUID(), { type: 'name', name: MARKER });
    await expect(running).rejects.toMatchObject({ code: 'event-store-unavailable' });
  });

  it('is undone with its transaction', async () => {
    await copy([]).run(randomUUID(), { type: 'name', name: MARKER });
    const refused = withTransaction(admin, async (client) => {
      await client.query(
        `create function no_update() returns trigger language plpgsql as $$ begin raise 'no'; end $$`,
      );
      await client.query(`create trigger no_update before update on claims execute function no_update()`);
    }).then(() => begin());
    await expect(refused).rejects.toThrow('no');
    expect(await isEncryptionOn(admin)).toBe(false);
  });
});
