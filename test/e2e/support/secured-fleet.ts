import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { KAFKA_ADMINISTRATOR } from '@eventfleet/embedded';
import { inheritedEnvironment, startApp, type AppProcess } from '@eventfleet/testing';
import { APPS, kafkaUserOf, roleOf, type App } from './app-users.js';
import { runKafkaAcls, runSql } from './apply-grants.js';
import { startSecuredServers, type SecuredServers } from './secured-servers.js';

export type Env = Readonly<Record<string, string>>;

/** The whole fleet on secured servers, each app as a user of its own with no more rights than it was granted. */
export interface SecuredFleet {
  readonly servers: SecuredServers;
  readonly apps: Readonly<Record<App, AppProcess>>;
  /** What an app is started with. */
  envOf(app: App): Promise<Env>;
  /** One more process, which is stopped with the rest and need not become ready. */
  startLive(app: App, env: Env): Promise<AppProcess>;
  /** The operators' command line, as the owner of the databases and administrator of Kafka. */
  cli(...args: string[]): Promise<string>;
  /** Everything that anybody has logged or printed. */
  logs(): Promise<string>;
  stop(): Promise<void>;
}

const CLI = fileURLToPath(new URL('../../../apps/fleet/dist/main.js', import.meta.url));
const run = promisify(execFile);
const EVENTS = 'eventfleet';
const READ = 'eventfleet_read';

/** @param sharedSecrets variables, such as signing keys, that every app is given as files */
export async function startSecuredFleet(sharedSecrets: Env): Promise<SecuredFleet> {
  const servers = await startSecuredServers(APPS.map(kafkaUserOf));
  const started: AppProcess[] = [];
  let printed = '';
  const stop = async () => {
    await Promise.all(started.map((app) => app.stop()));
    await servers.stop();
  };

  /** Each secret is in a file, which a variable names. */
  const env = async (user: string, secrets: Env): Promise<Env> => {
    const folder = join(servers.folder, 'secrets', user);
    await mkdir(folder, { recursive: true });
    const files = Object.entries({ ...sharedSecrets, ...secrets }).map(async ([name, value]) => {
      await writeFile(join(folder, name), `${value}\n`, { mode: 0o600 });
      return [`${name}_FILE`, join(folder, name)];
    });
    return {
      KAFKA_BROKERS: servers.kafkaBrokers,
      KAFKA_SSL: servers.caFile,
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_SASL_USERNAME: user,
      KAFKA_REPLICATION_FACTOR: '1',
      USER_EVENTS_PARTITIONS: '3',
      RABBITMQ_CA_FILE: servers.caFile,
      SMTP_CA_FILE: servers.caFile,
      ONBOARDING: 'on',
      EVENTFLEET_DATA_DIR: servers.folder,
      LOG_LEVEL: 'debug',
      ...Object.fromEntries(await Promise.all(files)),
    };
  };
  const envOf = (app: App) =>
    env(kafkaUserOf(app), {
      EVENT_STORE_URL: servers.database(EVENTS, roleOf(app)),
      READ_STORE_URL: servers.database(READ, roleOf(app)),
      KAFKA_SASL_PASSWORD: servers.secrets.get(kafkaUserOf(app))!,
      RABBITMQ_URL: servers.rabbitmqUrl,
      SMTP_URL: servers.smtpUrl,
    });
  const cli = async (...args: string[]) => {
    const own = await env(KAFKA_ADMINISTRATOR, {
      EVENT_STORE_URL: servers.postgresAsSuperuser(EVENTS),
      READ_STORE_URL: servers.postgresAsSuperuser(READ),
      KAFKA_SASL_PASSWORD: servers.secrets.get(KAFKA_ADMINISTRATOR)!,
      RABBITMQ_URL: servers.rabbitmqUrl,
    });
    const { stdout, stderr } = await run(process.execPath, [CLI, ...args], {
      env: { ...inheritedEnvironment(), ...own },
    });
    printed += stdout + stderr;
    return stdout;
  };
  const grant = async () => {
    await runSql(servers.postgresAsSuperuser(EVENTS), await cli('migrate', '--print-grants', 'event-store'));
    await runSql(servers.postgresAsSuperuser(READ), await cli('migrate', '--print-grants', 'read-store'));
    await runKafkaAcls(servers.kafkaInClearText, await cli('migrate', '--print-grants', 'kafka'));
  };
  const start = async (app: App, more: Env, until: 'ready' | 'live') => {
    const process = await startApp(app, { ...(await envOf(app)), ...more }, { until });
    started.push(process);
    return process;
  };

  try {
    await cli('migrate');
    await grant();
    // It may be repeated.
    await grant();
    for (const app of APPS) {
      // Makes the password.
      const url = new URL(servers.database(EVENTS, roleOf(app)));
      await runSql(
        servers.postgresAsSuperuser(EVENTS),
        `alter role ${roleOf(app)} password '${url.password}'`,
      );
    }
    const apps = await Promise.all(APPS.map(async (app) => [app, await start(app, {}, 'ready')] as const));
    return {
      servers,
      apps: Object.fromEntries(apps) as Record<App, AppProcess>,
      envOf,
      startLive: (app, more) => start(app, more, 'live'),
      cli,
      logs: async () => [printed, await servers.logs(), ...started.map((app) => app.logs())].join('\n'),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
