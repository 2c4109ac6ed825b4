import { join, resolve } from 'node:path';
import {
  attemptsVariables,
  dataVariables,
  eventStoreUrl,
  hostRules,
  hostSettings,
  hostVariables,
  kafkaSettings,
  kafkaVariables,
  loadConfig,
  mailVariables,
  onboardingHasSecret,
  onboardingSettings,
  onboardingVariables,
  personalDataVariables,
  port,
  rabbitmqVariables,
  reachableRabbitmqSettings,
  saslIsComplete,
  signingVariables,
  storeVariables,
  type KafkaSettings,
  type RabbitmqSettings,
} from '@eventfleet/config';
import type { HostConfig } from '@eventfleet/app';
import type { SigningKey } from '@eventfleet/contracts';
import type { WrappingKey } from '@eventfleet/event-store';
import { z } from 'zod';
import type { VerificationSettings } from './mails/render-mail.js';

export interface NotifierConfig extends HostConfig {
  readonly eventStoreUrl: string;
  readonly kafka: KafkaSettings;
  /** The first signs what it reports, all verify what it takes; none: nothing is signed or verified. */
  readonly signingKeys: readonly SigningKey[];
  /** They unwrap the keys of personal data, the first wraps them; none: nothing is encrypted. */
  readonly personalDataKeys: readonly WrappingKey[];
  readonly rabbitmq: RabbitmqSettings;
  /** Undefined if mails are captured. */
  readonly smtpUrl: string | undefined;
  /** Of the authority that the mail server's certificate is to be from; undefined: one of the usual ones. */
  readonly smtpCaFile: string | undefined;
  /** Where they are captured. */
  readonly mailsDir: string;
  readonly mailFrom: string;
  readonly smtpConnections: number;
  /** How long it may take to send one mail. */
  readonly smtpTimeoutMs: number;
  /** How long after its first attempt a mail that the mail server puts off is given up. */
  readonly giveUpAfterMs: number;
  /** How many mails an address may get in a day, and how many a user may cause; 0: any number. */
  readonly addressPerDay: number;
  readonly userPerDay: number;
  /** Undefined if mails have no links. */
  readonly verification: VerificationSettings | undefined;
  /** How often a failing event is tried before it becomes a dead letter. */
  readonly maxAttempts: number;
}

const schema = z.object({
  ...hostVariables,
  ...storeVariables,
  ...kafkaVariables,
  ...signingVariables,
  ...personalDataVariables,
  ...rabbitmqVariables,
  ...onboardingVariables,
  NOTIFIER_PORT: port(3003),
  COMMAND_API_PORT: port(3000),
  ...dataVariables,
  ...mailVariables,
  ...attemptsVariables(5),
});

type Environment = z.output<typeof schema>;

/** @throws ConfigError that lists every wrong variable */
export function loadNotifierConfig(): NotifierConfig {
  const env = loadConfig(schema, process.env, [...hostRules, saslIsComplete, onboardingHasSecret]);
  return {
    ...hostSettings(env, env.NOTIFIER_PORT),
    eventStoreUrl: eventStoreUrl(env),
    kafka: kafkaSettings(env),
    signingKeys: env.EVENT_SIGNING_KEYS,
    personalDataKeys: env.PERSONAL_DATA_KEY,
    rabbitmq: reachableRabbitmqSettings(env),
    smtpUrl: env.SMTP_URL,
    smtpCaFile: env.SMTP_CA_FILE,
    mailsDir: join(resolve(env.EVENTFLEET_DATA_DIR), 'mails'),
    mailFrom: env.MAIL_FROM,
    smtpConnections: env.SMTP_CONNECTIONS,
    smtpTimeoutMs: env.SMTP_TIMEOUT,
    giveUpAfterMs: env.NOTIFIER_GIVE_UP_AFTER,
    addressPerDay: env.MAILS_PER_ADDRESS_PER_DAY,
    userPerDay: env.MAILS_PER_USER_PER_DAY,
    verification: verificationSettings(env),
    maxAttempts: env.MAX_ATTEMPTS,
  };
}

/** Also where onboarding is off by now, for users who are still pending. */
function verificationSettings(env: Environment): VerificationSettings | undefined {
  const { verificationSecret: secret, timeoutMs } = onboardingSettings(env);
  if (secret === undefined) return undefined;
  const publicUrl = env.PUBLIC_URL ?? `http://${reachable(env.HOST)}:${env.COMMAND_API_PORT}`;
  return { secret, timeoutMs, publicUrl: publicUrl.replace(/\/+$/, '') };
}

/** An address to bind to that means "all" is no address to connect to. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
