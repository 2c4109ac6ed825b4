import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { ConfigError, loadConfig } from './load-config.js';
import { onboardingHasSecret, saslIsComplete, type Rule } from './rules.js';
import {
  edgeLimits,
  eventStoreUrl,
  kafkaSettings,
  onboardingSettings,
  rabbitmqSettings,
  reachableRabbitmqSettings,
  readStoreUrl,
  tracingSettings,
} from './settings.js';
import {
  edgeVariables,
  failpointVariables,
  httpVariables,
  kafkaVariables,
  knownPort,
  onboardingVariables,
  port,
  rabbitmqVariables,
  storeVariables,
  tracingVariables,
} from './variables.js';

const schema = z.object({ ...storeVariables, ...kafkaVariables, COMMAND_API_PORT: port(3000) });
/** Any file that can be read. */
const caFile = fileURLToPath(import.meta.url);

function problemsOf(
  schema: z.ZodObject,
  env: Readonly<Record<string, string>>,
  rules: readonly Rule[] = [],
): readonly string[] {
  try {
    loadConfig(schema, env, rules);
    return [];
  } catch (error) {
    return error instanceof ConfigError ? error.problems : [String(error)];
  }
}

describe('settings', () => {
  it('default to the embedded servers on loopback', () => {
    const env = loadConfig(schema, { EVENTFLEET_POSTGRES_PORT: '16000', KAFKA_BROKERS: '' });
    expect(eventStoreUrl(env)).toBe('postgres://postgres:postgres@127.0.0.1:16000/eventfleet');
    expect(readStoreUrl(env)).toBe('postgres://postgres:postgres@127.0.0.1:16000/eventfleet_read');
    expect(kafkaSettings(env)).toEqual({
      brokers: ['127.0.0.1:19092'],
      ssl: false,
      replicationFactor: 1,
      topicPrefix: '',
      partitions: 12,
      sessionTimeoutMs: 10_000,
    });
  });

  it('take a managed cluster as it is', () => {
    const env = loadConfig(
      schema,
      {
        KAFKA_BROKERS: 'a:9093,b:9093',
        KAFKA_SSL: caFile,
        // As Kafka's own settings write it.
        KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
        KAFKA_SASL_USERNAME: 'fleet',
        KAFKA_SASL_PASSWORD: 'secret',
        KAFKA_SESSION_TIMEOUT: '45s',
      },
      [saslIsComplete],
    );
    expect(kafkaSettings(env)).toEqual({
      brokers: ['a:9093', 'b:9093'],
      ssl: { caFile },
      sasl: { mechanism: 'scram-sha-512', username: 'fleet', password: 'secret' },
      replicationFactor: 3,
      topicPrefix: '',
      partitions: 12,
      sessionTimeoutMs: 45_000,
    });
  });

  it.each([
    [{ KAFKA_SSL: 'true' }, true],
    [{ KAFKA_SSL: 'false' }, false],
    [{ KAFKA_SSL: caFile }, { caFile }],
  ])('take %j', (env, ssl) => {
    expect(kafkaSettings(loadConfig(schema, env)).ssl).toEqual(ssl);
  });

  it('refuse a CA file that cannot be read, by its name', () => {
    expect(problemsOf(schema, { KAFKA_SSL: '/no/such/ca.pem', COMMAND_API_PORT: 'x' })).toEqual([
      'KAFKA_SSL: must be true, false, or a CA file that can be read',
      'COMMAND_API_PORT: must be a port, from 0 to 65535',
    ]);
  });

  it.each(['PLAIN', 'plain', 'scram-sha-256', 'Scram-Sha-512'])('take the mechanism %s', (mechanism) => {
    const env = {
      KAFKA_SASL_MECHANISM: mechanism,
      KAFKA_SASL_USERNAME: 'fleet',
      KAFKA_SASL_PASSWORD: 'secret',
    };
    const { sasl } = kafkaSettings(loadConfig(schema, env, [saslIsComplete]));
    expect(sasl).toEqual({ mechanism: mechanism.toLowerCase(), username: 'fleet', password: 'secret' });
  });

  it.each([
    [['KAFKA_SASL_MECHANISM'], ['KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD']],
    [['KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'], ['KAFKA_SASL_MECHANISM']],
    [['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME'], ['KAFKA_SASL_PASSWORD']],
    [['KAFKA_SASL_PASSWORD'], ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME']],
  ])('refuse half a login: %j', (given, missing) => {
    const env = Object.fromEntries(given.map((name) => [name, 'plain']));
    const problems = problemsOf(schema, { ...env, COMMAND_API_PORT: 'x' }, [saslIsComplete]);
    expect(problems.map((problem) => problem.split(':')[0])).toEqual(['COMMAND_API_PORT', ...missing]);
  });

  it.each([' ', '0x10', '1e3', '+1', '-1', '1.5', '1 ', '65536', '99999999999999999999'])(
    'take no port %j',
    (text) => expect(problemsOf(z.object({ PORT: port(1) }), { PORT: text })).toHaveLength(1),
  );

  it('take port 0 only where nobody has to find it', () => {
    expect(loadConfig(z.object({ PORT: port(1) }), { PORT: '0' })).toEqual({ PORT: 0 });
    expect(problemsOf(z.object({ PORT: knownPort(1) }), { PORT: '0' })).toEqual([
      'PORT: must be a port, from 1 to 65535',
    ]);
  });

  it('leave RabbitMQ off where no address is given, though operators look for the embedded one', () => {
    const off = loadConfig(z.object(rabbitmqVariables), {
      RABBITMQ_URL: '',
      EVENTFLEET_RABBITMQ_PORT: '16001',
    });
    expect(rabbitmqSettings(off)).toBeUndefined();
    expect(reachableRabbitmqSettings(off)).toEqual({ url: 'amqp://guest:guest@127.0.0.1:16001', prefix: '' });

    const on = loadConfig(z.object(rabbitmqVariables), {
      RABBITMQ_URL: 'amqps://host/fleet',
      RABBITMQ_PREFIX: 'a-',
    });
    expect(rabbitmqSettings(on)).toEqual({ url: 'amqps://host/fleet', prefix: 'a-' });
    expect(() => loadConfig(z.object(rabbitmqVariables), { RABBITMQ_URL: 'http://host' })).toThrow('amqp://');
  });

  it('name every wrong variable at once, and no value', () => {
    const wrong = {
      COMMAND_API_PORT: '70000',
      EVENT_STORE_URL: 'mysql://root:hunter2@host/db',
      KAFKA_BROKERS: 'a b',
      KAFKA_SASL_MECHANISM: 'guess',
      USER_EVENTS_PARTITIONS: '0',
    };
    const refused = (() => {
      try {
        return loadConfig(schema, wrong);
      } catch (error) {
        return error;
      }
    })();
    expect(refused).toBeInstanceOf(ConfigError);
    for (const name of Object.keys(wrong)) expect(String(refused)).toContain(name);
    expect(String(refused)).not.toContain('hunter2');
  });

  it('name a point to die at only where it is no production, whichever schema is read', () => {
    const armed = { EVENTFLEET_FAILPOINT: 'before the append' };
    expect(loadConfig(z.object(failpointVariables), { ...armed, NODE_ENV: 'test' })).toEqual(armed);
    for (const shape of [failpointVariables, {}]) {
      expect(() => loadConfig(z.object(shape), { ...armed, NODE_ENV: 'production' })).toThrow(
        'EVENTFLEET_FAILPOINT: is for tests, and refused if NODE_ENV is production',
      );
    }
  });
});

describe('limits of the edge', () => {
  const edge = z.object({ ...edgeVariables, ...httpVariables });
  const none = {
    requestsPerSecond: 0,
    expensiveRequestsPerSecond: 0,
    storedAnswersPerHour: 0,
    streamsPerClient: 0,
  };

  it.each([undefined, '127.0.0.1', '127.0.1.1', '::1', 'localhost'])(
    'are off by default if the app listens at %s',
    (HOST) => expect(edgeLimits(loadConfig(edge, { HOST }))).toEqual(none),
  );

  it.each(['0.0.0.0', '::', '192.0.2.1', 'app.example', '127.0.0.1.example'])(
    'are on by default if it listens at %s, and may be turned off',
    (HOST) => {
      for (const limit of Object.values(edgeLimits(loadConfig(edge, { HOST }))))
        expect(limit).toBeGreaterThan(0);
      const off = {
        RATE_LIMIT_PER_SECOND: '0',
        EXPENSIVE_LIMIT_PER_SECOND: '0',
        IDEMPOTENCY_KEYS_PER_HOUR: '0',
        STREAMS_PER_CLIENT: '0',
      };
      expect(edgeLimits(loadConfig(edge, { HOST, ...off }))).toEqual(none);
    },
  );

  it('take a rate, and the proxies to believe', () => {
    const env = loadConfig(edge, {
      RATE_LIMIT_PER_SECOND: '50',
      TRUSTED_PROXIES: 'loopback, 10.0.0.0/8,2001:db8::/32,192.0.2.1',
      CORS_ORIGINS: 'https://shop.example, http://127.0.0.1:8080',
    });
    expect(edgeLimits(env)).toEqual({
      ...none,
      requestsPerSecond: 50,
      trustedProxies: ['loopback', '10.0.0.0/8', '2001:db8::/32', '192.0.2.1'],
      corsOrigins: ['https://shop.example', 'http://127.0.0.1:8080'],
    });
  });

  it.each([
    { RATE_LIMIT_PER_SECOND: '-1' },
    { RATE_LIMIT_PER_SECOND: '1.5' },
    { RATE_LIMIT_PER_SECOND: 'many' },
    { TRUSTED_PROXIES: '10.0.0.0/33' },
    { TRUSTED_PROXIES: 'proxy.example.org' },
    { TRUSTED_PROXIES: '10.0.0.1,' },
    { CORS_ORIGINS: '*' },
    { CORS_ORIGINS: 'null' },
    { CORS_ORIGINS: 'shop.example' },
    { CORS_ORIGINS: 'https://shop.example/' },
    { CORS_ORIGINS: 'https://Shop.example' },
    { CORS_ORIGINS: 'https://shop.example:443' },
    { CORS_ORIGINS: 'https://*.shop.example' },
    { CORS_ORIGINS: 'ftp://shop.example' },
    { CORS_ORIGINS: 'https://shop.example,' },
  ])('refuse %j', (env) => {
    expect(() => loadConfig(edge, env)).toThrow(Object.keys(env)[0]);
  });

  it('have onboarding off, and need a secret where it is on', () => {
    const onboarding = z.object(onboardingVariables);
    const secret = 'x'.repeat(32);

    expect(onboardingSettings(loadConfig(onboarding, {}))).toEqual({ isOn: false, timeoutMs: 604_800_000 });
    expect(
      onboardingSettings(loadConfig(onboarding, { ONBOARDING: 'on', VERIFICATION_SECRET: secret })),
    ).toMatchObject({ isOn: true, verificationSecret: secret });
    expect(
      problemsOf(onboarding, { ONBOARDING: 'on', ONBOARDING_TIMEOUT: 'x' }, [onboardingHasSecret]),
    ).toEqual([
      'ONBOARDING_TIMEOUT: must be a time such as 7d, 12h, 30m or 45s',
      'VERIFICATION_SECRET: is needed if ONBOARDING is on',
    ]);
    const wrong = {
      ONBOARDING: 'yes',
      VERIFICATION_SECRET: 'short',
      PUBLIC_URL: 'ftp://x',
      ONBOARDING_TIMEOUT: '7',
    };
    for (const name of Object.keys(wrong)) expect(() => loadConfig(onboarding, wrong)).toThrow(name);
    expect(() => loadConfig(onboarding, wrong)).not.toThrow('short');
  });

  it.each([
    ['7d', 604_800_000],
    ['12h', 43_200_000],
    ['30m', 1_800_000],
    ['45s', 45_000],
  ])('take the time %s as milliseconds', (text, ms) => {
    expect(loadConfig(z.object(onboardingVariables), { ONBOARDING_TIMEOUT: text }).ONBOARDING_TIMEOUT).toBe(
      ms,
    );
  });
});

describe('traces', () => {
  const schema = z.object(tracingVariables);
  const settings = (env: Record<string, string>) => tracingSettings(loadConfig(schema, env));
  const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://127.0.0.1:4318';

  it.each([
    [{}, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT }, { followsParent: true, isNamed: false }],
    [
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.example/v1/traces', OTEL_SERVICE_NAME: 'a' },
      { followsParent: true, isNamed: true },
    ],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_RESOURCE_ATTRIBUTES: 'a=b, service.name=c' },
      { followsParent: true, isNamed: true },
    ],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_SAMPLER: 'always_on' },
      { followsParent: false, isNamed: false },
    ],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SDK_DISABLED: 'TRUE' }, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }, undefined],
  ])('of %j are %j', (env, expected) => {
    expect(settings(env)).toEqual(expected);
  });

  it('name what is wrong', () => {
    const wrong = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'carrier-pigeon',
      OTEL_TRACES_SAMPLER: 'sometimes',
      OTEL_TRACES_SAMPLER_ARG: '2',
    };
    expect(problemsOf(schema, wrong).map((problem) => problem.split(':')[0])).toEqual(Object.keys(wrong));
  });
});
