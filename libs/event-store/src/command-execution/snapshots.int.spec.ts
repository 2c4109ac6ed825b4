import { randomUUID } from 'node:crypto';
import { eventually } from '@eventfleet/testing';
import { accountDecider } from '../account.fixture.js';
import { startEventStore, type EventStoreFixture } from './event-store.fixture.js';

let store: EventStoreFixture;
beforeAll(async () => {
  store = await startEventStore();
});
afterAll(() => store.close());

async function snapshotOf(id: string) {
  const result = await store.admin.query<{
    version: number;
    state: { balance: number };
    schema_version: number;
  }>('select version, state, schema_version from snapshots where aggregate_id = $1', [id]);
  return result.rows[0];
}

async function openWithCredits(credits: number): Promise<string> {
  const copy = store.copy();
  const id = randomUUID();
  await copy.run(id, { type: 'open', name: id });
  await Promise.all(Array.from({ length: credits }, () => copy.run(id, { type: 'credit', amount: 1 })));
  return id;
}

describe('snapshots', () => {
  it('are written off the way of commands, and a load starts from them', async () => {
    const id = await openWithCredits(250);
    const written = await eventually(() => snapshotOf(id));
    expect(written.version).toBeGreaterThanOrEqual(200);
    expect(written.state.balance).toBe(written.version - 1);
    // What lies before the snapshot is not read any more: it could as well be gone.
    await store.admin.query('delete from events where aggregate_id = $1 and version < $2', [
      id,
      written.version,
    ]);
    const outcome = await store.copy().run(id, { type: 'credit', amount: 1 });
    expect(outcome).toMatchObject({ kind: 'accepted', version: 252 });
  });

  it('are made of a long stream that has none when it is loaded', async () => {
    const id = await openWithCredits(120);
    await eventually(() => snapshotOf(id));
    await store.admin.query('delete from snapshots where aggregate_id = $1', [id]);
    await store.copy().run(id, { type: 'rename', name: id });
    expect(await eventually(() => snapshotOf(id))).toMatchObject({ version: 121, state: { balance: 120 } });
  });

  it('of another state version are ignored, and replaced', async () => {
    const id = await openWithCredits(120);
    await eventually(() => snapshotOf(id));
    await store.admin.query(
      `update snapshots set schema_version = 99, state = '{"status":"closed"}' where aggregate_id = $1`,
      [id],
    );
    expect(await store.copy().run(id, { type: 'credit', amount: 1 })).toMatchObject({
      kind: 'accepted',
      version: 122,
    });
    await eventually(async () => (await snapshotOf(id))?.schema_version === accountDecider.stateVersion);
  });

  it('leave the cached state of a copy that is ahead of them as it is', async () => {
    const copy = store.copy();
    const id = randomUUID();
    await copy.run(id, { type: 'open', name: id });
    for (let n = 0; n < 110; n++) await copy.run(id, { type: 'credit', amount: 1 });
    await eventually(() => snapshotOf(id));
    const unchanged = await copy.run(id, { type: 'rename', name: id });
    expect(unchanged).toMatchObject({ kind: 'accepted', version: 111, events: [] });
  });
});
