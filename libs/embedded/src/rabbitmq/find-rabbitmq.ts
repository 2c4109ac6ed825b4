import { connect } from 'node:net';
import { runCommand } from '../process/run-command.js';

export type RabbitmqSearch = { readonly url: string } | { readonly missing: string };

const PORT = 5672;
const IS_INSTALLED = 'command -v rabbitmq-server || test -x /usr/sbin/rabbitmq-server';

/** The RabbitMQ to use: the one of the environment, else one that listens on this machine. It is never started. */
export async function findRabbitmq(configuredUrl: string | undefined): Promise<RabbitmqSearch> {
  if (configuredUrl) return { url: configuredUrl };
  if (await listens(PORT)) return { url: `amqp://guest:guest@127.0.0.1:${PORT}` };
  const { ok: installed } = await runCommand('sh', ['-c', IS_INSTALLED]);
  const why = installed ? 'it is installed but does not listen' : 'nothing listens';
  return { missing: `no RabbitMQ: RABBITMQ_URL is not set, and ${why} on 127.0.0.1:${PORT}` };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1_000 });
    const finish = (found: boolean) => {
      socket.destroy();
      resolve(found);
    };
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
    socket.once('timeout', () => finish(false));
  });
}
