import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { eventually, type AppProcess } from '@eventfleet/testing';
import { startFleet, type Fleet } from '../e2e/support/fleet.js';
import { send } from '../e2e/support/http.js';
import { countRepeatsInOrder, readUserEvents } from '../e2e/support/topic.js';

let fleet: Fleet;
let store: pg.Pool;

beforeEach(async () => {
  fleet = await startFleet('failover', { commandApis: 2 });
  store = new pg.Pool({ connectionString: fleet.eventStoreUrl });
});
afterEach(async () => {
  await store.end();
  await fleet.stop();
});

async function holderPid(): Promise<number> {
  const result = await store.query<{ holder: string }>(
    'select holder from relay_checkpoints where lease_until > clock_timestamp()',
  );
  return Number(result.rows[0]?.holder.split(':').at(-1) ?? 0);
}

async function elected(): Promise<{ active: AppProcess; standby: AppProcess }> {
  const pid = await eventually(async () => (await holderPid()) || undefined, { describe: 'an election' });
  const active = fleet.commandApis.find((app) => app.pid === pid)!;
  return { active, standby: fleet.commandApis.find((app) => app !== active)! };
}

/** Within seconds, on a busy machine too. */
async function takenOver(standby: AppProcess): Promise<void> {
  await eventually(async () => (await holderPid()) === standby.pid, {
    deadlineMs: 15_000,
    describe: 'the take-over',
  });
}

/** Ten users, `count` updates each, through one copy. */
async function write(app: AppProcess, ids: readonly string[], count: number): Promise<void> {
  for (const id of ids)
    await send('POST', `${app.url}/users`, { id, name: 'Ada', email: `${id}@example.org` });
  for (let n = 1; n <= count; n++) {
    await Promise.all(
      ids.map((id) => send('PUT', `${app.url}/users/${id}`, { name: `Ada ${n} ${randomUUID()}` })),
    );
  }
}

async function expectAllInKafka(): Promise<number> {
  const stored = await store.query<{ event_id: string }>('select event_id from events');
  const events = await eventually(
    async () => {
      const found = await readUserEvents(fleet.env);
      return new Set(found.map(({ eventId }) => eventId)).size === stored.rowCount ? found : undefined;
    },
    { deadlineMs: 30_000, describe: 'every event in Kafka' },
  );
  return countRepeatsInOrder(events);
}

const tenIds = () => Array.from({ length: 10 }, () => randomUUID());

describe('two copies, one of them publishing', () => {
  it('goes on within seconds when the elected one is killed, with nothing lost and order kept', async () => {
    const { active, standby } = await elected();
    const writing = write(standby, tenIds(), 20);
    active.kill('SIGKILL');
    await active.exited;
    await Promise.all([takenOver(standby), writing]);
    await expectAllInKafka();
  });

  it('goes on when the elected one is frozen, and is not disturbed when it wakes up', async () => {
    const { active, standby } = await elected();
    await write(standby, tenIds(), 5);
    active.kill('SIGSTOP');
    await write(standby, tenIds(), 10);
    await takenOver(standby);
    const before = await store.query<{ epoch: string }>('select epoch from relay_checkpoints');
    await expectAllInKafka();
    active.kill('SIGCONT');
    await write(active, tenIds(), 10);
    await write(standby, tenIds(), 5);
    await expectAllInKafka();
    const after = await store.query<{ epoch: string }>('select epoch from relay_checkpoints');
    expect(after.rows).toEqual(before.rows);
  });

  it('repeats nothing over clean stops and starts', async () => {
    const { active, standby } = await elected();
    await write(active, tenIds(), 10);
    expect(await active.stop()).toBe('exit code 0');
    await write(standby, tenIds(), 10);
    const fresh = await fleet.start('command-api');
    expect(await standby.stop()).toBe('exit code 0');
    await write(fresh, tenIds(), 10);
    expect(await expectAllInKafka()).toBe(0);
    expect(await fresh.stop()).toBe('exit code 0');
  });
});
