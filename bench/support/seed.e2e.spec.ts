import { createPool } from '@eventfleet/postgres';
import { verifyChains } from '@eventfleet/event-store';
import { testServers, uniquePrefix } from '@eventfleet/testing';
import { dropDatabase } from './databases.ts';
import { Fleet } from './fleet.ts';
import { updatedAgain } from './history.ts';
import { httpLoad } from './http-load.ts';
import { startFleet } from './running-fleet.ts';
import { createUser, updateAnyOf } from './user-requests.ts';

const USERS = 500;
const EVENTS = 2_200;

const { postgresUrl, kafkaBrokers } = testServers();
const servers = { postgresUrl, kafkaBrokers, processes: {}, stop: async () => undefined };

describe('a fleet that was seeded as an old one', () => {
  let fleet: Fleet;
  beforeAll(async () => {
    const name = uniquePrefix('old').toLowerCase().replaceAll(/\W/g, '_');
    fleet = await Fleet.create({ servers, nodeOptions: () => ({}) }, name);
    await fleet.seedOld(EVENTS, USERS);
  });
  afterAll(async () => {
    await dropDatabase(servers, fleet.eventDatabase);
    await dropDatabase(servers, fleet.readDatabase);
  });

  it('has the hashes that its events have come to', async () => {
    await fleet.seed(EVENTS + 1, EVENTS + 100, updatedAgain(USERS));
    const pool = createPool({ url: fleet.eventStoreUrl, applicationName: 'test', max: 1 });
    const found = await verifyChains(pool, 'user', () => undefined);
    await pool.end();
    expect(found).toMatchObject({ broken: 0, withoutHash: 0 });
    expect(found.events).toBeGreaterThan(EVENTS);
  });

  it('takes commands, and has the rows that all its events come to', async () => {
    await using scope = new AsyncDisposableStack();
    const running = await startFleet(fleet, scope);
    const load = { callers: 4, warmUpMs: 0, measureMs: 500 };

    const created = await httpLoad(running.commandUrl, load, createUser());
    const updated = await httpLoad(running.commandUrl, load, updateAnyOf(USERS));
    await running.untilCaughtUp();

    expect([created.refused, updated.refused]).toEqual([0, 0]);
    expect(Math.min(created.accepted, updated.accepted)).toBeGreaterThan(0);
    expect(await fleet.cli('projection', 'verify', '--all')).not.toMatch(/[1-9]\d* differences/);
  });
});
