import { startTcpProxy } from '../../support/tcp-proxy.js';

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
  const proxy = await startTcpProxy(target, ({ toServer, toClient }) => {
    toServer.onBytes = (bytes) => {
      if (!armed || !bytes.includes(armed.marker)) return;
      toClient.onHeld = armed.onHeld;
      toClient.hold();
      armed = undefined;
    };
  });
  return {
    port: proxy.port,
    holdAnswersAfter: (marker) => new Promise((resolve) => (armed = { marker, onHeld: resolve })),
    close: () => proxy.close(),
  };
}
