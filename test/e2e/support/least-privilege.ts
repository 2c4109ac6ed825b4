import { randomBytes } from 'node:crypto';
import { testServers, withClient } from '@eventfleet/testing';
import { APPS, kafkaUserOf, roleOf, type App } from './app-users.js';
import { runKafkaAcls, runSql } from './apply-grants.js';

type Env = Readonly<Record<string, string>>;

/** Users for the apps of one fleet, with no more rights than they were granted. */
export interface LeastPrivilege {
  /** An app's environment in which the owner's logins are its own. What the test logs in by otherwise stays. */
  envOf(app: string, env: Env): Env;
  /** Drops the roles, once the databases are gone. */
  drop(): Promise<void>;
}

const ROLES = new RegExp(String.raw`\b(?:${APPS.map(roleOf).join('|')})\b`, 'g');
const STORES = ['EVENT_STORE_URL', 'READ_STORE_URL'] as const;

/**
 * Runs what `fleet migrate --print-grants` prints, behind `fleet migrate`. Roles are the whole server's: they have names of
 * this fleet, so that nobody else's are touched. Kafka's users are there only on the test run's own Kafka.
 * @param owner the environment of the owner
 * @param printed for all servers
 */
export async function grantLeastPrivilege(owner: Env, printed: string): Promise<LeastPrivilege> {
  const { postgresUrl, kafkaBrokers, securedKafka } = testServers();
  const suffix = `_${randomBytes(4).toString('hex')}`;
  const password = randomBytes(18).toString('hex');
  const parts = printed.replaceAll(ROLES, `$&${suffix}`).split(/^(?=-- Read store|# Kafka)/m);
  const [ofEvents = '', ofRows = '', ofKafka = ''] = parts;
  const roles = APPS.map((app) => `${roleOf(app)}${suffix}`);
  const passwords = (sql: string) =>
    roles
      .filter((role) => sql.includes(role))
      .map((role) => `alter role ${role} password '${password}';`)
      .join('\n');
  // Both make roles, perhaps on one server.
  await runSql(owner['EVENT_STORE_URL']!, ofEvents + passwords(ofEvents));
  await runSql(owner['READ_STORE_URL']!, ofRows + passwords(ofRows));
  const isSecured = securedKafka !== undefined && owner['KAFKA_BROKERS'] === kafkaBrokers;
  if (isSecured) await runKafkaAcls(kafkaBrokers, ofKafka);

  const asRole = (app: App, store: (typeof STORES)[number], url: string) => {
    const login = new URL(url);
    if (login.username !== new URL(owner[store]!).username) return url;
    return Object.assign(login, { username: `${roleOf(app)}${suffix}`, password }).href;
  };
  return {
    envOf(name, env) {
      const app = APPS.find((one) => one === name);
      if (!app) return env;
      const stores = STORES.flatMap((store) => {
        const url = env[store];
        return url ? [[store, asRole(app, store, url)]] : [];
      });
      const kafka =
        isSecured && env['KAFKA_BROKERS'] === kafkaBrokers
          ? {
              KAFKA_BROKERS: securedKafka.brokers,
              KAFKA_SSL: securedKafka.caFile,
              KAFKA_SASL_MECHANISM: 'scram-sha-512',
              KAFKA_SASL_USERNAME: kafkaUserOf(app),
              KAFKA_SASL_PASSWORD: securedKafka.password,
            }
          : {};
      return { ...env, ...Object.fromEntries(stores), ...kafka };
    },
    drop: () =>
      withClient(postgresUrl, async (client) => {
        for (const role of roles) await client.query(`drop role if exists ${role}`);
      }),
  };
}
