import { statSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { ensureTopics, fleetTopics } from '@eventfleet/kafka';
import { testServers, uniquePrefix } from '@eventfleet/testing';
import { running } from '../e2e/support/fleet-start.js';
import { kafkaOf, kafkaSettingsOf } from '../e2e/support/topic.js';
import { ALL_PROCESSES, hasRabbitmq, NpmStartStage } from '../e2e/support/npm-start-stage.js';

const { kafkaBrokers, rabbitmqUrl } = testServers();
/** The test run's, for a start that fails: only Postgres is then started with it, and stopped. */
const BROKERS = {
  KAFKA_BROKERS: kafkaBrokers,
  KAFKA_REPLICATION_FACTOR: '1',
  KAFKA_TOPIC_PREFIX: uniquePrefix('start'),
  ...(rabbitmqUrl ? { RABBITMQ_URL: rabbitmqUrl } : {}),
};

/** What anybody may read, and what the test itself writes. */
const NOT_PRIVATE = ['cache', 'npm.pid'];

/** Files and folders that another user of this machine could read, the folder itself included. */
async function openToOthers(folder: string): Promise<string[]> {
  const own = (await readdir(folder)).filter((entry) => !NOT_PRIVATE.includes(entry));
  const below = own.map(async (entry) => {
    const path = join(folder, entry);
    return (await lstat(path)).isDirectory()
      ? (await readdir(path, { recursive: true })).map((inner) => join(entry, inner))
      : [];
  });
  const entries = ['', ...own, ...(await Promise.all(below)).flat()];
  const modes = await Promise.all(
    entries.map(async (entry) => ({
      entry,
      // What a server has deleted meanwhile is open to nobody.
      mode: await lstat(join(folder, entry)).then(
        (stats) => stats.mode,
        () => 0,
      ),
    })),
  );
  return modes.filter(({ mode }) => (mode & 0o077) !== 0).map(({ entry }) => entry);
}

describe('npm start', () => {
  let stage: NpmStartStage;
  beforeAll(async () => {
    stage = await NpmStartStage.open();
  });
  afterEach(() => stage.stopStart());
  afterAll(() => stage.close());

  /** When a part wrote its last line: that it has stopped. */
  const lastWrite = (name: string) => statSync(join(stage.place.dataDir, 'logs', `${name}.log`)).mtimeMs;

  it('brings the fleet up, shows where it is, and stops it on SIGTERM to npm', async () => {
    const { start, pids } = await stage.up();
    const { commandApi, queryApi } = stage.place;
    for (const url of [commandApi, queryApi]) expect(start.output).toContain(url);
    expect(start.output).toMatch(hasRabbitmq ? /onboarding +on/ : /onboarding +off: without RabbitMQ/);
    if (hasRabbitmq) {
      expect(statSync(join(stage.place.dataDir, 'verification-secret')).mode & 0o777).toBe(0o600);
    }
    await stage.createUser();
    await stage.expectEveryUser();
    expect(await openToOthers(stage.place.dataDir)).toEqual([]);

    start.signal('SIGTERM');

    await expect(start.exited()).resolves.toBe(0);
    expect(running(pids)).toEqual([]);
    expect(start.pids().size).toBe(0);
    expect(Math.max(lastWrite('command-api'), lastWrite('query-api'))).toBeLessThan(lastWrite('projector'));
    expect(lastWrite('projector')).toBeLessThan(Math.min(lastWrite('kafka'), lastWrite('postgres')));
  }, 400_000);

  it('has kept everything, leaves onboarding off where it is told to, and stops on SIGINT to the group', async () => {
    const start = stage.run({ ONBOARDING: 'off' });
    await start.up();
    const pids = start.pids();
    expect(start.output).toMatch(/onboarding +off: ONBOARDING is off/);
    expect([...pids.keys()].toSorted()).toEqual(ALL_PROCESSES.filter((name) => name !== 'process-manager'));
    expect(running(pids).toSorted()).toEqual([...pids.keys()].toSorted());
    await stage.expectEveryUser();
    await stage.createUser();

    // However often it comes.
    start.signalGroup('SIGINT');
    start.signalGroup('SIGINT');

    await expect(start.exited()).resolves.toBe(0);
    expect(running(pids)).toEqual([]);
  }, 400_000);

  it('names the part that fails with the reason, and leaves nothing running', async () => {
    const port = stage.place.env['QUERY_API_PORT'] ?? '';
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(Number(port), '127.0.0.1', resolve));

    const start = stage.run();
    const code = await start.exited().finally(() => holder.close());

    expect(code).toBe(1);
    expect(start.output).toContain(`query-api did not start: port ${port} is taken`);
    expect(start.output).toContain('QUERY_API_PORT');
    expect(start.pids().size).toBe(0);
  }, 300_000);

  it('shows the last lines of a part that dies at its start', async () => {
    const settings = kafkaSettingsOf({ ...BROKERS, USER_EVENTS_PARTITIONS: '3' });
    await ensureTopics(kafkaOf(BROKERS), fleetTopics(settings), settings);
    const start = stage.run({ ...BROKERS, USER_EVENTS_PARTITIONS: '4' });

    await expect(start.exited()).resolves.toBe(1);

    expect(start.output).toMatch(/migrations failed: exit code 1\n.*USER_EVENTS_PARTITIONS/s);
    expect(start.pids().size).toBe(0);
  }, 300_000);
});
