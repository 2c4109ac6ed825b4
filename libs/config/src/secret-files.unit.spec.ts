import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { authVariables, clientVariables } from './auth.js';
import { ConfigError, loadConfig } from './load-config.js';
import { saslIsComplete } from './rules.js';
import { SECRET_VARIABLES } from './secret-files.js';
import * as variables from './variables.js';

const {
  dataVariables,
  kafkaVariables,
  mailVariables,
  onboardingVariables,
  personalDataVariables,
  rabbitmqVariables,
  signingVariables,
  storeVariables,
} = variables;
const schema = z.object({
  ...storeVariables,
  ...kafkaVariables,
  ...rabbitmqVariables,
  ...mailVariables,
  ...signingVariables,
  ...personalDataVariables,
  ...onboardingVariables,
  ...clientVariables,
});

const VALUES: Readonly<Record<string, string>> = {
  EVENT_STORE_URL: 'postgres://user:hidden@127.0.0.1/events',
  READ_STORE_URL: 'postgres://user:hidden@127.0.0.1/read',
  KAFKA_SASL_PASSWORD: 'hidden password',
  RABBITMQ_URL: 'amqp://user:hidden@127.0.0.1',
  SMTP_URL: 'smtp://user:hidden@127.0.0.1',
  EVENT_SIGNING_KEYS: `a:${Buffer.alloc(32, 7).toString('base64')}`,
  PERSONAL_DATA_KEY: `a:${Buffer.alloc(32, 8).toString('base64')}`,
  VERIFICATION_SECRET: 'hidden'.repeat(6),
  OIDC_CLIENT_SECRET: 'hidden',
};
const SASL = { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'fleet' };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'secrets-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    loadConfig(schema, env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems;
  }
}

describe('a secret', () => {
  it.each(['', '\n', '\r\n'])('may be in a file, each of them, which ends with %j', (end) => {
    const files = Object.entries(VALUES).map(([name, value]) => [
      `${name}_FILE`,
      fileWith(name, `${value}${end}`),
    ]);
    const fromFiles = loadConfig(schema, { ...SASL, ...Object.fromEntries(files) }, [saslIsComplete]);
    expect(fromFiles).toEqual(loadConfig(schema, { ...SASL, ...VALUES }));
    expect(Object.keys(VALUES)).toEqual(SECRET_VARIABLES.filter((name) => name in schema.shape));
  });

  it('is refused by value and by file at once, in a file that is not there, and in an empty one', () => {
    const file = fileWith('both', VALUES['VERIFICATION_SECRET']!);
    const problems = problemsOf({
      VERIFICATION_SECRET: VALUES['VERIFICATION_SECRET']!,
      VERIFICATION_SECRET_FILE: file,
      EVENT_SIGNING_KEYS_FILE: fileWith('empty', '\n'),
      KAFKA_SASL_PASSWORD_FILE: join(folder, 'absent'),
    });
    expect(problems).toEqual([
      'KAFKA_SASL_PASSWORD_FILE: must be a file that can be read',
      'EVENT_SIGNING_KEYS_FILE: its file is empty',
      'VERIFICATION_SECRET_FILE: is set beside VERIFICATION_SECRET: remove one of them',
    ]);
  });

  it('in a file is checked as any other, and is not shown', () => {
    const file = fileWith('wrong', 'hidden');
    expect(problemsOf({ RABBITMQ_URL_FILE: file, VERIFICATION_SECRET_FILE: file })).toEqual([
      'RABBITMQ_URL: must be an amqp:// URL',
      'VERIFICATION_SECRET: must have at least 32 characters',
    ]);
  });

  it('is each variable whose name says so', () => {
    const groups = [...Object.values(variables), authVariables, clientVariables];
    const shapes = groups.filter((shape) => typeof shape === 'object');
    const names = shapes.flatMap((shape) => Object.keys(shape));
    const isPublic = /^(PUBLIC_URL|CONSOLE_URL|OIDC_.*URL|OTEL_.*)$/;
    const secret = names.filter((name) => /_(URL|PASSWORD|SECRET|KEYS?)$/.test(name) && !isPublic.test(name));
    expect(names).toEqual(expect.arrayContaining(Object.keys(dataVariables)));
    expect([...SECRET_VARIABLES]).toEqual(expect.arrayContaining(secret));
  });
});
