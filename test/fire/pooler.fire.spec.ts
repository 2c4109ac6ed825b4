import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  createTestDatabase,
  inheritedEnvironment,
  startApp,
  startRefusingPooler,
  testServers,
  type RefusingPooler,
  type TestDatabase,
} from '@eventfleet/testing';

const CLI = fileURLToPath(new URL('../../apps/fleet/dist/main.js', import.meta.url));
const REFUSAL =
  'a connection pooler in front of Postgres refuses the settings of a session \\([^\\n]+\\); connect to Postgres directly';

let database: TestDatabase;
let pooler: RefusingPooler;
let env: Record<string, string>;
beforeAll(async () => {
  database = await createTestDatabase('pooler');
  pooler = await startRefusingPooler(database.url);
  env = {
    EVENT_STORE_URL: database.url,
    READ_STORE_URL: database.url,
    KAFKA_BROKERS: testServers().kafkaBrokers,
    RABBITMQ_URL: 'amqp://guest:guest@127.0.0.1:1',
    VERIFICATION_SECRET: 'known-to-this-test-and-to-its-fleet-alone',
  };
});
afterAll(async () => {
  await pooler.close();
  await database.drop();
});

describe('a connection pooler in front of a store', () => {
  it.each([
    ['command-api', 'EVENT_STORE_URL'],
    ['projector', 'READ_STORE_URL'],
    ['projector', 'EVENT_STORE_URL'],
    ['query-api', 'READ_STORE_URL'],
    ['process-manager', 'EVENT_STORE_URL'],
    ['notifier', 'EVENT_STORE_URL'],
  ])('ends %s with one line that names %s', async (app, variable) => {
    const message = await startApp(app, { ...env, [variable]: pooler.url }, { until: 'live' }).then(
      async (started) => `${await started.exited}\n${started.logs()}`,
      (error: unknown) => String(error),
    );
    expect(message).toMatch(new RegExp(`exit code 1[^]*${app}: ${variable}: ${REFUSAL}`));
  });

  it.each(['EVENT_STORE_URL', 'READ_STORE_URL'])(
    'ends fleet migrate with one line that names %s',
    async (name) => {
      const migrated = promisify(execFile)(process.execPath, [CLI, 'migrate'], {
        env: { ...inheritedEnvironment(), ...env, [name]: pooler.url },
      });
      await expect(migrated).rejects.toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(new RegExp(`^fleet: ${name}: ${REFUSAL}[^\\n]*\\n$`)) as string,
      });
    },
  );
});
