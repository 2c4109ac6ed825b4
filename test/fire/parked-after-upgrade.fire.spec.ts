import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { eventually, type AppProcess } from '@eventfleet/testing';
import { startFleet, type Fleet } from '../e2e/support/fleet.js';
import { send } from '../e2e/support/http.js';
import { expectNothingLost } from '../e2e/support/nothing-lost.js';
import { UserWriter, writers, writeSome, writeUntil } from '../e2e/support/user-writer.js';

/** Both are served by `user-list`. */
const OF_THE_LIST = ['/users/%', '/users'];
const OF_THE_COUNTERS = '/stats/users';
/** Made by the load after each change: several hundred in all. */
const MORE_USERS = 100;
/** Less than the wait that is asked for. */
const AT_ONCE_MS = 10_000;
const DEADLINE = { deadlineMs: 60_000 };

const poisonedId = randomUUID();
const poisoned = new UserWriter('Eve', poisonedId);
const others = writers(16);
const bug = `alter table user_list add constraint a_bug check (id <> '${poisonedId}')`;
const fix = 'alter table user_list drop constraint a_bug';

let fleet: Fleet;
let projector: AppProcess;
let over = false;
let load: Promise<void>;

beforeAll(async () => {
  fleet = await startFleet('upgraded', { commandApis: 1, queryApis: 1 });
  await onReadStore(bug);
  projector = await fleet.start('projector');
  load = writeUntil(others, fleet.commandApis[0]!.url, () => over);
});
afterAll(async () => {
  over = true;
  await load;
  await projector.stop();
  await fleet.stop();
});

/** What a projection cannot write whatever it does: stands for a bug in it, and its end for the release that mends it. */
async function onReadStore(sql: string): Promise<void> {
  const store = new pg.Client({ connectionString: fleet.readStoreUrl });
  await store.connect();
  await store.query(sql);
  await store.end();
}

async function parked(): Promise<unknown[]> {
  return JSON.parse(await fleet.cli('parked', 'list', '--json')) as unknown[];
}

async function untilParked(waiting: number): Promise<void> {
  const line = { projection: 'user-list', key: poisonedId, waiting, errorCode: 'database-refused' };
  const probe = async () => {
    expect(await parked()).toEqual([expect.objectContaining(line)]);
    return true;
  };
  await eventually(probe, { ...DEADLINE, describe: `${waiting} events parked` });
}

function ask(path: string, { id, token }: { id: string; token: string }, waitSeconds: number) {
  const headers = { 'consistency-token': token, prefer: `wait=${waitSeconds}` };
  return send('GET', `${fleet.queryApis[0]!.url}${path.replace('%', id)}`, undefined, headers);
}

async function expectParkedAtOnce(): Promise<void> {
  for (const path of OF_THE_LIST) {
    const asked = performance.now();
    const { body } = await ask(path, poisoned.users[0]!, 15);
    expect(body).toMatchObject({ status: 503, code: 'projection-behind', reason: 'parked' });
    expect(performance.now() - asked).toBeLessThan(AT_ONCE_MS);
  }
  expect((await ask(OF_THE_COUNTERS, poisoned.users[0]!, 15)).status).toBe(200);
}

/** The load makes that many more users, and each projection shows what it has just made. */
async function expectOthersGoOn(): Promise<void> {
  const count = () => others.reduce((sum, client) => sum + client.users.length, 0);
  const before = count();
  await eventually(() => count() >= before + MORE_USERS, { ...DEADLINE, describe: 'more users' });
  for (const path of ['/users', OF_THE_COUNTERS])
    expect((await ask(path, others[0]!.users.at(-1)!, 15)).status).toBe(200);
}

describe('under load, a user who cannot be shown before the projector is mended', () => {
  it('is parked, as a query with its token answers at once, and stops nobody else', async () => {
    await expectOthersGoOn();
    await writeSome([poisoned], fleet.commandApis[0]!.url, 2);
    await untilParked(2);
    await expectParkedAtOnce();
    await expectOthersGoOn();
  });

  it('stays so when the mended projector starts, and what comes meanwhile waits behind', async () => {
    expect(await projector.stop()).toBe('exit code 0');
    await onReadStore(fix);
    await writeSome([poisoned], fleet.commandApis[0]!.url, 1);
    projector = await fleet.start('projector');
    await writeSome([poisoned], fleet.commandApis[0]!.url, 1);
    await untilParked(4);
    await expectParkedAtOnce();
    await expectOthersGoOn();
  });

  it('is exact after a retry, as are the counters and everyone else, and nothing is parked', async () => {
    expect(await fleet.cli('parked', 'retry', poisonedId)).toMatch(/^1 key marked for retry/);
    const empty = async () => (await parked()).length === 0;
    await eventually(empty, { ...DEADLINE, describe: 'nothing parked' });
    const shown = await ask('/users/%', poisoned.users[0]!, 0);
    expect(shown.body).toMatchObject({ id: poisonedId, name: 'Eve 3', version: 4 });
    await expectOthersGoOn();

    over = true;
    await load;
    await expectNothingLost(fleet, [poisoned, ...others]);
    expect(await fleet.cli('parked', 'list')).toBe('nothing is parked\n');
  });
});
