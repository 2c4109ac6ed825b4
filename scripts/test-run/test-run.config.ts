import { join, resolve } from 'node:path';

/** What the environment says about a test run. */
export interface TestRunSettings {
  /** Every server in a container, integration tests only. */
  readonly containers: boolean;
  /** The arguments that are Jest's; its patterns of files among them. */
  readonly jestArgs: readonly string[];
  readonly dataDir: string;
  /** For processes that tests start again and again: less is compiled, and nothing twice. */
  readonly fastStarts: Readonly<Record<string, string>>;
  /** Servers that are there already. */
  readonly postgresUrl: string | undefined;
  readonly kafkaBrokers: string | undefined;
  readonly rabbitmqUrl: string | undefined;
}

/** What replaces the files of a plain run. */
const FILES: Readonly<Record<string, string>> = {
  '--containers': '**/*.int.spec.ts',
  '--fire': '**/*.fire.spec.ts',
};

/** Suites share the servers and mostly wait for them; more workers only make each other late. */
const WORKERS = 4;
/** Under fire, suites bring their own load. */
const WORKERS_UNDER_FIRE = 2;

export function readTestRunSettings(env: NodeJS.ProcessEnv, args: readonly string[]): TestRunSettings {
  const own = args.filter((arg) => !(arg in FILES));
  const patterns = args.flatMap((arg) => FILES[arg] ?? []);
  const dataDir = resolve(env['EVENTFLEET_DATA_DIR'] || '.eventfleet');
  return {
    containers: args.includes('--containers'),
    jestArgs: [
      `--maxWorkers=${args.includes('--fire') ? WORKERS_UNDER_FIRE : WORKERS}`,
      ...own,
      ...patterns.map((pattern) => `--testMatch=${pattern}`),
    ],
    dataDir,
    fastStarts: {
      NODE_COMPILE_CACHE: join(dataDir, 'cache', 'compiled'),
      JAVA_TOOL_OPTIONS: [env['JAVA_TOOL_OPTIONS'], '-XX:TieredStopAtLevel=1'].filter(Boolean).join(' '),
    },
    postgresUrl: env['EVENTFLEET_TEST_POSTGRES_URL'] || maintenanceDatabase(env['EVENT_STORE_URL']),
    kafkaBrokers: env['EVENTFLEET_TEST_KAFKA_BROKERS'] || env['KAFKA_BROKERS'] || undefined,
    rabbitmqUrl: env['EVENTFLEET_TEST_RABBITMQ_URL'] || env['RABBITMQ_URL'] || undefined,
  };
}

/** Tests make databases of their own, and need only a server. */
function maintenanceDatabase(storeUrl: string | undefined): string | undefined {
  if (!storeUrl) return undefined;
  const url = new URL(storeUrl);
  url.pathname = '/postgres';
  return url.href;
}
