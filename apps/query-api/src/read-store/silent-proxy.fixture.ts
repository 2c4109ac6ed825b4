import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface SilentProxy {
  /** The database through the proxy. */
  readonly url: string;
  /** Lets nothing through any more on the connections that are there; later ones work. Returns their ends here. */
  silence(): readonly Socket[];
  close(): Promise<void>;
}

export async function startProxy(databaseUrl: string): Promise<SilentProxy> {
  const target = new URL(databaseUrl);
  const open = new Map<Socket, Socket>();
  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname);
    open.set(client, database);
    client.pipe(database).pipe(client);
    for (const [socket, other] of [
      [client, database],
      [database, client],
    ] as const)
      // prettier-ignore
      socket.on('error', () => undefined).on('close', () => other.destroy());
    client.on('close', () => open.delete(client));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    silence() {
      for (const [client, database] of open) {
        database.unpipe(client);
        // Read on, or it is not noticed that the other side has left.
        database.resume();
      }
      return [...open.keys()];
    },
    async close() {
      for (const client of open.keys()) client.destroy();
      server.close();
    },
  };
}
