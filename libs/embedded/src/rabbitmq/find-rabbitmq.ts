import { connect } from 'node:net';

export type RabbitmqSearch = { readonly url: string } | { readonly missing: string };

const PORT = 5672;

/** The RabbitMQ to use: the one of the environment, else one that listens on this machine. It is never started. */
export async function findRabbitmq(configuredUrl: string | undefined): Promise<RabbitmqSearch> {
  if (configuredUrl) return { url: configuredUrl };
  if (await listens(PORT)) return { url: `amqp://guest:guest@127.0.0.1:${PORT}` };
  return { missing: `no RabbitMQ: RABBITMQ_URL is not set and nothing listens on 127.0.0.1:${PORT}` };
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
