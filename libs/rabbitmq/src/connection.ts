import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import type { RabbitmqSettings } from '@eventfleet/config';
import amqplib, { type Channel, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { withDeadline } from '@eventfleet/resilience';
import { noAnswer, RabbitmqError } from './rabbitmq.errors.js';

/** One connection to RabbitMQ, from its handshake until it is lost; who needs another one opens another one. */
export interface RabbitmqConnection {
  /** Resolves with the reason once the connection is gone. Never rejects. */
  readonly closed: Promise<Error>;
  readonly isOpen: boolean;
  /** What the server says that it is. */
  readonly server: { readonly product: string; readonly version: string };
  channel(): Promise<Channel>;
  /** One on which RabbitMQ confirms each message. */
  confirmChannel(): Promise<ConfirmChannel>;
  /** In order where the server answers in time, else by force: what is unacknowledged is delivered again. */
  close(): Promise<void>;
  /** At once, whatever the server does. */
  destroy(): void;
}

const CONNECT_MS = 5_000;
const CLOSE_MS = 1_000;
/** A line that went dead is noticed after two of them at most. */
const HEARTBEAT_SECONDS = 5;

/**
 * @param name shows in RabbitMQ's list of connections
 * @throws Error of the network or of amqplib; RabbitmqError `no-answer`
 */
export async function openConnection(
  { url, caFile }: RabbitmqSettings,
  name: string,
): Promise<RabbitmqConnection> {
  const model = await amqplib.connect(withHeartbeat(url), {
    noDelay: true,
    timeout: CONNECT_MS,
    clientProperties: { connection_name: name },
    // Read at each connection: an authority that is replaced needs no restart.
    ...(caFile === undefined ? {} : { ca: [await readFile(caFile)] }),
  });
  const socket = socketOf(model);
  const { promise: closed, resolve } = Promise.withResolvers<Error>();
  let isOpen = true;
  let problem: Error | undefined;
  model.on('error', (error: Error) => (problem ??= error));
  model.on('close', (error?: Error) => {
    isOpen = false;
    socket.destroy();
    resolve(new RabbitmqError('connection-lost', 'the connection is gone', { cause: problem ?? error }));
  });
  const destroy = () => void socket.destroy(new Error('given up'));
  const channels = new Set<Channel>();
  const opened = async <T extends Channel>(opening: Promise<T>): Promise<T> => {
    const channel = await withDeadline(opening, CONNECT_MS, noAnswer);
    // What it failed with, the operation on it says.
    channel.on('error', () => undefined);
    channels.add(channel);
    channel.on('close', () => channels.delete(channel));
    return channel;
  };
  const { product, version } = model.connection.serverProperties;
  return {
    closed,
    server: { product, version },
    get isOpen() {
      return isOpen;
    },
    channel: () => opened(model.createChannel()),
    confirmChannel: () => opened(model.createConfirmChannel()),
    async close() {
      // Channels first: an acknowledgement right before the end of its connection is lost on the way to a quorum queue.
      const closing = Promise.all([...channels].map((channel) => channel.close())).then(() => model.close());
      await withDeadline(closing, CLOSE_MS, noAnswer).catch(() => undefined);
      destroy();
    },
    destroy,
  };
}

function withHeartbeat(text: string): string {
  const url = new URL(text);
  if (!url.searchParams.has('heartbeat')) url.searchParams.set('heartbeat', String(HEARTBEAT_SECONDS));
  return url.href;
}

/** amqplib closes a connection only with the server's consent, for which a frozen one would be waited for in vain. */
function socketOf({ connection }: ChannelModel): Socket {
  return (connection as ChannelModel['connection'] & { readonly stream: Socket }).stream;
}
