import { createServer } from 'node:net';
import { ServerStartError } from './server-process.js';

const HOST = '127.0.0.1';
/** Below what operating systems hand out to outgoing connections, so that nobody takes one before it is used. */
const FIRST = 20_000;
const COUNT = 12_000;

/** A port of the loopback interface on which nobody listens at the moment. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (await isPortFree(port)) return port;
  }
}

/** @throws ServerStartError naming the variable that chooses another port */
export async function requireFreePort(server: string, port: number, variable: string): Promise<void> {
  if (await isPortFree(port)) return;
  throw new ServerStartError(
    server,
    `port ${port} is taken; free it, or choose another one with ${variable}`,
  );
}

export function isPortFree(port: number, host = HOST): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
