import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@eventfleet/embedded';
import {
  createTestDatabase,
  inheritedEnvironment,
  testServers,
  uniquePrefix,
  type TestDatabase,
} from '@eventfleet/testing';

const MAIN = join(fileURLToPath(new URL('../..', import.meta.url)), 'apps/fleet/dist/main.js');

let stores: readonly TestDatabase[];
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
  stores = [await createTestDatabase('doctor'), await createTestDatabase('doctor')];
  env = {
    EVENT_STORE_URL: stores[0]!.url,
    READ_STORE_URL: stores[1]!.url,
    KAFKA_BROKERS: testServers().kafkaBrokers,
    KAFKA_REPLICATION_FACTOR: '1',
    KAFKA_TOPIC_PREFIX: uniquePrefix('doctor'),
  };
  expect(fleet(['migrate'])).toMatchObject({ status: 0 });
});
afterAll(() => Promise.all(stores.map((store) => store.drop())));

function fleet(args: readonly string[], changes: Readonly<Record<string, string>> = {}) {
  return spawnSync(process.execPath, [MAIN, ...args], {
    encoding: 'utf8',
    env: { ...inheritedEnvironment(), ...env, ...changes },
    timeout: 60_000,
  });
}

describe('fleet doctor', () => {
  it('prints a table, and exits with 0 if there are risks only', () => {
    const { status, stdout, stderr } = fleet(['doctor']);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^area +check +value +verdict\nevent store +reachable +\S+ +ok\n/);
    expect(stdout).toMatch(/ server +the event store's +risk\n +A long transaction/);
    expect(stdout).toMatch(/\n\d+ ok, \d+ risk, 0 wrong\n$/);
    expect(stdout.split('\n').filter((line) => line.length > 120)).toEqual([]);
  });

  it('exits with 1 if something is wrong, and tells the rest as JSON', async () => {
    const away = `postgres://fleet:not-to-be-printed@127.0.0.1:${await freePort()}/reads`;
    const { status, stdout } = fleet(['doctor', '--json'], { READ_STORE_URL: away });

    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ area: 'event store', check: 'role', value: 'primary', verdict: 'ok' }),
        expect.objectContaining({ area: 'read store', check: 'reachable', verdict: 'wrong' }),
        expect.objectContaining({ area: 'kafka', check: 'topics', verdict: 'ok' }),
      ]),
    );
    expect(stdout).not.toContain('not-to-be-printed');
  });

  it('says in its help what the exit code means', () => {
    expect(fleet(['doctor', '--help']).stdout).toMatch(/Exit code: 0 .*, 1 /);
  });
});
