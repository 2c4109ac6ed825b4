import { resolve } from 'node:path';
import { freePort, requireFreePort } from '../process/ports.js';
import { spawnServer, untilReady, type ServerProcess } from '../process/server-process.js';
import { prepareRabbitmqNode, type SecuredRabbitmq } from './rabbitmq-node.js';
import { rabbitmqAnswers } from './rabbitmq-probe.js';

export interface RabbitmqOptions {
  /** The installed server, as `findRabbitmq` found it. */
  readonly program: string;
  readonly dataDir: string;
  /** On the loopback interface. */
  readonly port: number;
  /** One more address, by TLS alone. */
  readonly secured?: SecuredRabbitmq;
  readonly logFile: string;
  readonly pidFile?: string;
  /** Whether it runs at a lower priority than others. */
  readonly lowPriority?: boolean;
  /** Gives up the start when it aborts. */
  readonly signal?: AbortSignal;
}

/** `stop` closes its queues in order, and exits. */
export interface RabbitmqServer extends ServerProcess {
  readonly url: string;
}

const NAME = 'rabbitmq';
const START_MS = 120_000;

/**
 * Starts a RabbitMQ of our own, 3.10 to 4, as this process's own user, and waits until it answers. It listens on the
 * loopback interface only, and neither needs nor leaves anything outside of `dataDir`: durable queues and the
 * persistent messages in them are there again after a stop and a kill, on another port too.
 * @throws ServerStartError with the reason and the server's last lines; nothing is left running then
 */
export async function startRabbitmq(options: RabbitmqOptions): Promise<RabbitmqServer> {
  const { program, port, logFile, pidFile, lowPriority } = options;
  await requireFreePort(NAME, port, 'EVENTFLEET_RABBITMQ_PORT');
  const dataDir = resolve(options.dataDir);
  const node = await prepareRabbitmqNode(program, dataDir, {
    port,
    unusedPort: await freePort(),
    secured: options.secured,
  });
  const server = await spawnServer({
    name: NAME,
    ...node,
    cwd: dataDir,
    logFile,
    pidFile,
    lowPriority,
    graceMs: 20_000,
  });
  try {
    await untilReady(server, () => answers(port), START_MS, options.signal);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { ...server, url: embeddedRabbitmqUrl(port) };
}

/** The address of a RabbitMQ that `startRabbitmq` starts on this port. */
export function embeddedRabbitmqUrl(port: number): string {
  return `amqp://guest:guest@127.0.0.1:${port}`;
}

async function answers(port: number): Promise<true | string> {
  return (await rabbitmqAnswers(port)) || 'it does not answer';
}
