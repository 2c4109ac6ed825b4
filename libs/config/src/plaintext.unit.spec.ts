import { z } from 'zod';
import { appAddressVariables } from './app-addresses.js';
import { ConfigError, loadConfig } from './load-config.js';
import { kafkaVariables, mailVariables, rabbitmqVariables, storeVariables } from './variables.js';

const schema = z.object({
  ...storeVariables,
  ...kafkaVariables,
  ...rabbitmqVariables,
  ...mailVariables,
  ...appAddressVariables,
});

function problemsOf(env: Readonly<Record<string, string>>, read: z.ZodObject = schema): readonly string[] {
  try {
    loadConfig(read, env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems;
  }
}
const namesOf = (env: Readonly<Record<string, string>>) =>
  problemsOf(env).map((problem) => problem.split(':')[0]);

const ELSEWHERE: Readonly<Record<string, string>> = {
  EVENT_STORE_URL: 'postgres://user:hidden@store.example:5432/events',
  READ_STORE_URL: 'postgres://user:hidden@10.0.0.5/read?sslmode=disable',
  KAFKA_BROKERS: '127.0.0.1:9092,kafka.example:9092',
  RABBITMQ_URL: 'amqp://user:hidden@rabbit.example/vhost',
  SMTP_URL: 'smtp://user:hidden@mail.example:587',
  FLEET_APP_URLS: 'projector=https://apps.example,command-api=http://apps.example:3000',
};

describe('a connection to another machine', () => {
  it('is refused in clear text, by name and with the remedy, and without a value', () => {
    const problems = problemsOf(ELSEWHERE);
    expect(problems.map((problem) => problem.split(':')[0])).toEqual(Object.keys(ELSEWHERE));
    for (const problem of problems) expect(problem).toMatch(/unencrypted or unverified: .+ PLAINTEXT_HOSTS$/);
    expect(problems.join()).not.toMatch(/hidden|example|10\.0/);
  });

  it.each([
    ['EVENT_STORE_URL', 'postgresql://store.example/events?sslmode=verify-full'],
    ['EVENT_STORE_URL', 'postgres://store.example/events?sslmode=verify-full&sslrootcert=/ca.pem'],
    ['RABBITMQ_URL', 'amqps://rabbit.example'],
    ['SMTP_URL', 'smtps://mail.example'],
    ['SMTP_URL', 'smtp://mail.example?requireTLS=true'],
    ['FLEET_APP_URLS', 'command-api=https://apps.example, projector=http://127.0.0.1:3002'],
  ])('is taken if it is encrypted and verified: %s %s', (name, url) => {
    expect(problemsOf({ [name]: url })).toEqual([]);
  });

  it.each([
    ['EVENT_STORE_URL', 'postgres://store.example/events?sslmode=require'],
    ['EVENT_STORE_URL', 'postgres://store.example/events?sslmode=no-verify'],
    ['EVENT_STORE_URL', 'postgres://store.example/events?sslmode=verify-full&sslmode=disable'],
    ['EVENT_STORE_URL', 'postgres://localhost/events?host=store.example'],
    ['EVENT_STORE_URL', 'postgres://127.0.0.1.example/events'],
    ['SMTP_URL', 'smtp://mail.example?requireTLS=true&ignoreTLS=true'],
    ['SMTP_URL', 'smtps://mail.example?tls.rejectUnauthorized=false'],
  ])('is refused if it only looks so: %s %s', (name, url) => {
    expect(namesOf({ [name]: url })).toEqual([name]);
  });

  it('is taken by Kafka with KAFKA_SSL, and refused if that is off', () => {
    const brokers = { KAFKA_BROKERS: 'kafka.example:9093' };
    expect(problemsOf({ ...brokers, KAFKA_SSL: 'true' })).toEqual([]);
    expect(namesOf({ ...brokers, KAFKA_SSL: 'false' })).toEqual(['KAFKA_BROKERS']);
  });

  it('may be in clear text to the hosts that are named, and to no other', () => {
    const hosts = 'store.example, 10.0.0.5,Kafka.example,rabbit.example';
    expect(namesOf({ ...ELSEWHERE, PLAINTEXT_HOSTS: hosts })).toEqual(['SMTP_URL', 'FLEET_APP_URLS']);
    expect(namesOf({ ...ELSEWHERE, PLAINTEXT_HOSTS: `${hosts},mail.example,apps.example` })).toEqual([]);
    expect(namesOf({ PLAINTEXT_HOSTS: 'a b' })).toEqual(['PLAINTEXT_HOSTS']);
    expect(namesOf({ PLAINTEXT_HOSTS: 'a,' })).toEqual(['PLAINTEXT_HOSTS']);
  });

  it.each(['fd00::5', '[FD00::5]'])('may be in clear text to an address: %s', (host) => {
    const env = { EVENT_STORE_URL: 'postgres://[fd00::5]/events', RABBITMQ_URL: 'amqp://[fd00::6]' };
    expect(namesOf({ ...env, PLAINTEXT_HOSTS: host })).toEqual(['RABBITMQ_URL']);
  });

  it('is one to PGHOST too, which the driver takes for a URL without a host', () => {
    const env = { EVENT_STORE_URL: 'postgres:///events', PGHOST: 'store.example' };
    expect(namesOf(env)).toEqual(['EVENT_STORE_URL']);
    expect(namesOf({ ...env, EVENT_STORE_URL: 'postgres://localhost/events' })).toEqual([]);
  });

  it('is no business of an app that does not make it', () => {
    const { RABBITMQ_URL = '', SMTP_URL = '' } = ELSEWHERE;
    expect(problemsOf({ RABBITMQ_URL, SMTP_URL }, z.object(storeVariables))).toEqual([]);
  });
});

describe('a connection on this machine', () => {
  it.each(['localhost', '127.0.0.1', '127.1.2.3', '[::1]', 'a.localhost'])(
    'may be in clear text: %s',
    (host) => {
      const env = {
        EVENT_STORE_URL: `postgres://${host}:5432/events`,
        RABBITMQ_URL: `amqp://${host}`,
        SMTP_URL: `smtp://${host}`,
        ...(host.includes('[') ? {} : { KAFKA_BROKERS: `${host}:9092` }),
      };
      expect(problemsOf(env)).toEqual([]);
    },
  );

  it('may be a Unix socket', () => {
    expect(problemsOf({ EVENT_STORE_URL: 'postgres:///events?host=/var/run/postgresql' })).toEqual([]);
  });
});
