import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnServer, untilReady, type ReadyProbe, type ServerProcess } from '@eventfleet/embedded';

/** A JVM on a busy machine takes its time. */
const READY_MS = 120_000;

export interface PeerProcess {
  readonly name: string;
  readonly command: string;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly ready: ReadyProbe;
}

export interface NodeApp extends Omit<PeerProcess, 'command' | 'args'> {
  /** The built file, relative to `bench/`. */
  readonly file: string;
}

/** Starts a peer's or a baseline's own process in the folder of this run, and waits until it is ready. */
export async function startPeerProcess(peer: PeerProcess): Promise<ServerProcess> {
  const { name, command, args = [], env, ready } = peer;
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  const server = await spawnServer({
    name,
    command,
    args,
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

/** The same for a file that Node runs. */
export function startNodeApp({ file, ...app }: NodeApp): Promise<ServerProcess> {
  const args = [fileURLToPath(new URL(`../${file}`, import.meta.url))];
  return startPeerProcess({ ...app, command: process.execPath, args });
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
