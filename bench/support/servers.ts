import { join } from 'node:path';
import { freePort, startKafka, startPostgres } from '@eventfleet/embedded';

/** The servers of this run: everything that is compared shares them, one at a time. */
export interface Servers {
  /** The maintenance database, as superuser. */
  readonly postgresUrl: string;
  readonly kafkaBrokers: string;
  /** Process ids by name. */
  readonly processes: Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

export interface ServersOptions {
  /** Their data, for this run only. */
  readonly runDir: string;
  /** Where Kafka's jars are kept. */
  readonly cacheDir: string;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Starts Postgres and Kafka on free ports, with data of their own. Kafka compiles as in production. */
export async function startServers(options: ServersOptions): Promise<Servers> {
  const { runDir, cacheDir, progress, signal } = options;
  const place = (name: string) => ({
    dataDir: join(runDir, name),
    logFile: join(runDir, `${name}.log`),
    pidFile: join(runDir, 'servers', name, 'pid'),
    progress,
    signal,
  });
  await using started = new AsyncDisposableStack();
  const postgres = await startPostgres({ ...place('postgres'), port: await freePort() });
  started.defer(async () => void (await postgres.stop()));
  const kafka = await startKafka({ ...place('kafka'), port: await freePort(), cacheDir, fullCompiler: true });
  started.defer(async () => void (await kafka.stop()));
  const owned = started.move();
  return {
    postgresUrl: postgres.url,
    kafkaBrokers: kafka.brokers,
    processes: { postgres: postgres.pid, kafka: kafka.pid },
    stop: () => owned.disposeAsync(),
  };
}
