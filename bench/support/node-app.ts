import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnServer, untilReady, type ReadyProbe, type ServerProcess } from '@eventfleet/embedded';

const READY_MS = 60_000;

export interface NodeApp {
  readonly name: string;
  /** The built file, relative to `bench/`. */
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
  readonly ready: ReadyProbe;
}

/** Starts a peer's or a baseline's own process in the folder of this run, and waits until it is ready. */
export async function startNodeApp({ name, file, env, ready }: NodeApp): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  const server = await spawnServer({
    name,
    command: process.execPath,
    args: [fileURLToPath(new URL(`../${file}`, import.meta.url))],
    env: { ...process.env, ...env },
    logFile: join(folder, 'log'),
    pidFile: join(folder, 'pid'),
  });
  try {
    await untilReady(server, ready, READY_MS);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

/** Whether anything at all is answered there. */
export async function answers(url: string): Promise<true | string> {
  try {
    await (await fetch(url, { signal: AbortSignal.timeout(2_000) })).text();
    return true;
  } catch {
    return 'it does not answer';
  }
}
