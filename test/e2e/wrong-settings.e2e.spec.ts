import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inheritedEnvironment } from '@eventfleet/testing';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const APPS = ['command-api', 'query-api', 'projector', 'notifier', 'process-manager', 'console'];

const WRONG = {
  // Without AUTH.
  HOST: '0.0.0.0',
  OIDC_ISSUER: 'http://id.example.org',
  OIDC_JWKS_URL: 'ftp://id.example.org',
  OIDC_TOKEN_URL: 'id.example.org',
  OIDC_CLIENT_SECRET_FILE: '/no/such/file',
  EVENTFLEET_ISSUER_PORT: '0',
  LOG_LEVEL: 'loud',
  COMMAND_API_PORT: 'x',
  QUERY_API_PORT: '70000',
  PROJECTOR_PORT: '1e3',
  NOTIFIER_PORT: '0x10',
  PROCESS_MANAGER_PORT: ' ',
  CONSOLE_PORT: '3005x',
  CONSOLE_HOSTNAMES: 'not a name',
  CONSOLE_URL: 'ftp://host',
  EVENT_STORE_URL: 'mysql://host/db',
  READ_STORE_URL: 'host',
  EVENTFLEET_POSTGRES_PORT: '0',
  EVENTFLEET_KAFKA_PORT: '-1',
  KAFKA_BROKERS: 'a b',
  KAFKA_SSL: '/no/such/ca.pem',
  KAFKA_SASL_MECHANISM: 'guess',
  KAFKA_SASL_USERNAME: 'fleet',
  KAFKA_REPLICATION_FACTOR: 'many',
  KAFKA_TOPIC_PREFIX: 'a b',
  USER_EVENTS_PARTITIONS: '0',
  EVENTFLEET_RABBITMQ_PORT: '1.5',
  RABBITMQ_URL: 'http://host',
  RABBITMQ_PREFIX: 'a b',
  RATE_LIMIT_PER_SECOND: '-1',
  EXPENSIVE_LIMIT_PER_SECOND: '-1',
  IDEMPOTENCY_KEYS_PER_HOUR: '-1',
  STREAMS_PER_CLIENT: '-1',
  TRUSTED_PROXIES: 'proxy',
  CORS_ORIGINS: '*',
  RELAY_BACKLOG_LIMIT: '0',
  READ_CACHE_TTL: 'long',
  MAX_ATTEMPTS: '0',
  PROJECTION_VERIFY_RATE: '-1',
  EVENT_SIGNING_KEYS: 'a:c2hvcnQ=',
  PERSONAL_DATA_KEY: 'c2hvcnQ=',
  ONBOARDING: 'on',
  ONBOARDING_TIMEOUT: '7',
  PUBLIC_URL: 'ftp://host',
  SMTP_URL: 'http://host',
  MAIL_FROM: 'nobody',
  SMTP_CONNECTIONS: '0',
  SMTP_TIMEOUT: 'soon',
  NOTIFIER_GIVE_UP_AFTER: 'never',
  MAILS_PER_ADDRESS_PER_DAY: '-1',
  MAILS_PER_USER_PER_DAY: '-1',
  EVENTFLEET_FAILPOINT: 'before the append',
  NODE_ENV: 'production',
};

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'settings-'));
});
afterAll(() => rm(dataDir, { recursive: true }));

/** What a process says that ends at once, and the names in it. */
function refusalOf(program: string, env: Readonly<Record<string, string>>, args: readonly string[] = []) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, program), ...args], {
    encoding: 'utf8',
    env: { ...inheritedEnvironment(), EVENTFLEET_DATA_DIR: dataDir, ...env },
  });
  return { status, stdout, names: [...stderr.matchAll(/^ {2}([\w-]+):/gm)].map(([, name = '']) => name) };
}

describe('wrong settings', () => {
  let start: ReturnType<typeof refusalOf>;
  beforeAll(() => {
    start = refusalOf('scripts/fleet/up.ts', WRONG, ['--copies', 'projector=many']);
  });

  it('are all named by npm start in one message, those of every app too, before anything starts', () => {
    const { ONBOARDING: _, NODE_ENV: __, KAFKA_SASL_USERNAME: ___, ...wrong } = WRONG;
    const named = [...Object.keys(wrong), 'KAFKA_SASL_PASSWORD', '--copies'];
    expect(start.names.toSorted()).toEqual(named.toSorted());
    expect(start).toMatchObject({ status: 1, stdout: '' });
  });

  it.each(APPS)('of %s are known to npm start', (app) => {
    const { names, ...refused } = refusalOf(`apps/${app}/dist/main.js`, WRONG);
    expect(refused).toEqual({ status: 1, stdout: '' });
    // Other machines reach this address, and nothing says who may ask.
    expect(names).toContain('HOST');
    const needsSecret = ['command-api', 'notifier'].includes(app);
    // `npm start` makes the secret.
    const known = [...start.names, ...(needsSecret ? ['VERIFICATION_SECRET'] : [])];
    expect(known).toEqual(expect.arrayContaining(names));
    expect(names.some((name) => name === 'VERIFICATION_SECRET')).toBe(needsSecret);
  });

  it('are reported by the operators’ command line', () => {
    const { names } = refusalOf('apps/fleet/dist/main.js', WRONG, ['status']);
    expect(names).toEqual(
      expect.arrayContaining(['LOG_LEVEL', 'KAFKA_SSL', 'KAFKA_SASL_PASSWORD', 'EVENT_STORE_URL']),
    );
  });
});
