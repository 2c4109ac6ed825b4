import { createServer } from 'node:net';
import { ServerStartError } from './server-process.js';

const HOST = '127.0.0.1';
/** Below what operating systems hand out to outgoing connections, so that nobody takes one before it is used. */
const FIRST = 20_000;
const COUNT = 12_000;

/** Those that this process was given: somebody will listen there in a moment. */
const given = new Set<number>();

/** A port of the loopback interface on which nobody listens at the moment. This process gets none twice. */
export async function freePort(): Promise<number> {
  // After so many, those who got the first ones have taken them.
  if (given.size >= COUNT / 2) given.clear();
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (given.has(port)) continue;
    given.add(port);
    if ((await listenError(port, HOST)) === undefined) return port;
  }
}

/** @throws ServerStartError naming the variable to change: `variable` for the port, `HOST` for the address */
export async function requireFreePort(
  server: string,
  port: number,
  variable: string,
  host = HOST,
): Promise<void> {
  const code = await listenError(port, host);
  if (code === undefined) return;
  throw new ServerStartError(server, refusal(code, port, variable, host));
}

function refusal(code: string, port: number, variable: string, host: string): string {
  if (code === 'EADDRINUSE') return `port ${port} is taken; free it, or choose another one with ${variable}`;
  if (code === 'EACCES') return `port ${port} is not allowed (EACCES); choose another one with ${variable}`;
  return `it cannot listen on ${host} (${code}); choose an address of this machine with HOST`;
}

function listenError(port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}
