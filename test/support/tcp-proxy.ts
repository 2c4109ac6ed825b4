import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { ByteFlow } from './byte-flow.ts';

export interface ProxiedConnection {
  readonly toServer: ByteFlow;
  readonly toClient: ByteFlow;
}

export interface ProxyTarget {
  readonly host: string;
  readonly port: number;
}

/** A TCP proxy on loopback in front of one server. */
export interface TcpProxy {
  readonly port: number;
  /** Where new connections go; those that are open stay as they are. */
  target: ProxyTarget;
  /** Of those open now. */
  readonly connections: Iterable<ProxiedConnection>;
  /** Resets every open connection, on both sides. */
  reset(): void;
  close(): Promise<void>;
}

/** @param onConnection called with each new one before any byte passes */
export async function startTcpProxy(
  target: ProxyTarget,
  onConnection: (connection: ProxiedConnection) => void = () => undefined,
): Promise<TcpProxy> {
  const open = new Map<ProxiedConnection, readonly [Socket, Socket]>();
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const upstream = connect({ ...proxy.target, noDelay: true, allowHalfOpen: true });
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    const connection = {
      toServer: new ByteFlow(client, upstream),
      toClient: new ByteFlow(upstream, client),
    };
    open.set(connection, [client, upstream]);
    const forget = () => client.destroyed && upstream.destroyed && open.delete(connection);
    for (const socket of [client, upstream]) socket.on('close', forget);
    onConnection(connection);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const reset = () => {
    for (const sockets of open.values()) for (const socket of sockets) socket.resetAndDestroy();
  };
  const proxy: TcpProxy = {
    port: (server.address() as AddressInfo).port,
    target,
    get connections() {
      return open.keys();
    },
    reset,
    async close() {
      reset();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
