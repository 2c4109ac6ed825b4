import { createLogger, startTracing, type Tracing } from '@eventfleet/observability';
import { armFailpoint, withDeadline } from '@eventfleet/resilience';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { exitFatally, refuseStart } from './exit.js';
import type { HostConfig } from './host-config.js';
import { listenProblem } from './listen-problem.js';

export interface AppDefinition<Config extends HostConfig> {
  readonly name: string;
  /** Reads the environment; throws one error that lists every wrong name. */
  config(this: void): Config;
  /** Builds the app without waiting for any server: it starts at once and becomes ready later. */
  create(this: void, config: Config, logger: Logger): Promise<NestFastifyApplication>;
}

const STOP_DEADLINE_MS = 9_500;
/** Longer than a command may take; after it there is time left for the rest of the stop. */
const CONNECTIONS_DEADLINE_MS = 5_500;
/** The receiver of traces may be away, and a stop does not wait for it. */
const LAST_EXPORT_MS = 500;

/**
 * The life of an app's process. A wrong config, or a port or address that it cannot listen on, is one message on
 * standard error, which names the variables to change, and exit 1. The first SIGTERM or
 * SIGINT stops it in order (requests under way finish, then microservices, then pools) within 10 s and exits 0;
 * further signals are ignored. An error that nobody handled, or a stop that takes longer, is logged and exits 1.
 */
export async function runApp<Config extends HostConfig>(definition: AppDefinition<Config>): Promise<void> {
  const config = loadConfigOrExit(definition);
  const logger = createLogger({ level: config.logLevel, app: definition.name });
  process.on('uncaughtException', (error) => exitFatally(logger, error, 'uncaught exception'));
  process.on('unhandledRejection', (reason) => exitFatally(logger, reason, 'unhandled rejection'));
  const stopSignal = firstStopSignal(logger);
  try {
    const tracing = await tracingOf(definition.name, config, logger);
    const app = await definition.create(config, logger);
    await app.init();
    await app.listen(config.port, config.host).catch((error: unknown) => {
      refuseStart(definition.name, listenProblem(error, config, portVariable(definition.name)));
    });
    logger.info({ url: await app.getUrl() }, 'listening');
    await Promise.race([app.startAllMicroservices(), stopSignal]);
    await stopSignal;
    await close(app);
    await exportLastSpans(tracing);
  } catch (error) {
    exitFatally(logger, error, 'the start or the stop failed');
  }
  logger.info('stopped');
  process.exit(0);
}

function loadConfigOrExit<Config extends HostConfig>({ name, config }: AppDefinition<Config>): Config {
  try {
    const loaded = config();
    if (loaded.failpoint !== undefined) armFailpoint(loaded.failpoint);
    return loaded;
  } catch (error) {
    return refuseStart(name, error);
  }
}

/** Before anything else is made, so that no span is missed. Undefined, and nothing is loaded, if traces are off. */
async function tracingOf(
  name: string,
  { tracing }: HostConfig,
  logger: Logger,
): Promise<Tracing | undefined> {
  if (!tracing) return undefined;
  const serviceName = tracing.isNamed ? {} : { serviceName: `eventfleet-${name}` };
  return startTracing({ ...serviceName, followsParent: tracing.followsParent }, logger);
}

async function exportLastSpans(tracing: Tracing | undefined): Promise<void> {
  if (tracing) await withDeadline(tracing.stop(), LAST_EXPORT_MS).catch(() => undefined);
}

function portVariable(name: string): string {
  return `${name.toUpperCase().replaceAll('-', '_')}_PORT`;
}

function firstStopSignal(logger: Logger): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let stopping = false;
    const stop = (signal: NodeJS.Signals) => {
      if (stopping) return;
      stopping = true;
      logger.info({ signal }, 'stopping');
      setTimeout(
        () =>
          exitFatally(
            logger,
            new Error('the stop took too long'),
            'the process ends before its stop is done',
          ),
        STOP_DEADLINE_MS,
      );
      resolve(signal);
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });
}

/** A client that does not read its answer must not hold up the stop. */
async function close(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpServer();
  setTimeout(() => server.closeAllConnections(), CONNECTIONS_DEADLINE_MS).unref();
  await app.close();
}
