import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

/** A TCP proxy on loopback in front of one server, which can let a client's bytes through and hold back the answers. */
export interface HoldingProxy {
  readonly port: number;
  /**
   * From the next time that a client sends something that contains `marker`, nothing comes back to it any more.
   * Resolves when the server has answered, and the answer is being held.
   */
  holdAnswersAfter(marker: string): Promise<void>;
  close(): Promise<void>;
}

export async function startHoldingProxy(target: { host: string; port: number }): Promise<HoldingProxy> {
  let armed: { marker: string; onHeld: () => void } | undefined;
  const sockets = new Set<Socket>();

  const server = createServer((client) => {
    const upstream = connect(target.port, target.host);
    let holding: (() => void) | undefined;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => {
      if (armed && chunk.includes(armed.marker)) {
        holding = armed.onHeld;
        armed = undefined;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (holding) holding();
      else client.write(chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    port: (server.address() as AddressInfo).port,
    holdAnswersAfter: (marker) => new Promise((resolve) => (armed = { marker, onHeld: resolve })),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
