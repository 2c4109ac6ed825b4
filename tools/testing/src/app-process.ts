import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, spawnServer, untilReady } from '@eventfleet/embedded';
import { inheritedEnvironment } from './app-environment.config.js';

export interface AppProcess {
  /** Without a slash at the end. */
  readonly url: string;
  readonly pid: number;
  /** Resolves with how it ended ("exit code 0", "SIGKILL"). */
  readonly exited: Promise<string>;
  /** Only sends the signal; await `exited` where it ends the process. */
  kill(signal: NodeJS.Signals): void;
  /** SIGTERM, and SIGKILL after 15 s. Returns how it ended. Idempotent. */
  stop(): Promise<string>;
  /** Everything that it has written so far: JSON lines. */
  logs(): string;
}

export interface StartAppOptions {
  /** What to wait for: `/health/ready` (the default) or `/health/live`. */
  readonly until?: 'ready' | 'live';
  readonly deadlineMs?: number;
  /** The checkout whose built app it is; this one, unless it is said. */
  readonly root?: string;
}

const appsByOrigin = new Map<string, string>();

/** The name of the app that a test has started at this origin last (`http://127.0.0.1:3000`). */
export function appAt(origin: string): string | undefined {
  return appsByOrigin.get(origin);
}

/** Notes an app that is started by other means than `startApp`. */
export function noteApp(name: string, origin: string): void {
  appsByOrigin.set(origin, name);
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Starts the built app as a process of its own on a free port, and waits until it is ready. `env` is added to this
 * process's environment, and may name the port.
 * @throws ServerStartError with its last lines when it ends or is not ready in time; it is stopped then
 */
export async function startApp(
  name: string,
  env: Readonly<Record<string, string>>,
  options: StartAppOptions = {},
): Promise<AppProcess> {
  const { until = 'ready', deadlineMs = 60_000, root = ROOT } = options;
  const portVariable = `${name.toUpperCase().replaceAll('-', '_')}_PORT`;
  const port = env[portVariable] ?? String(await freePort());
  const folder = await mkdtemp(join(tmpdir(), `eventfleet-${name}-`));
  const logFile = join(folder, 'log');
  const server = await spawnServer({
    name,
    command: process.execPath,
    args: [join(root, 'apps', name, 'dist', 'main.js')],
    logFile,
    pidFile: join(folder, 'app.pid'),
    graceMs: 15_000,
    env: { ...inheritedEnvironment(), ...env, [portVariable]: port },
  });
  const url = `http://127.0.0.1:${port}`;
  noteApp(name, url);
  try {
    await untilReady(server, () => healthOf(`${url}/health/${until}`), deadlineMs);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    url,
    pid: server.pid,
    exited: server.exited,
    kill: (signal) => server.kill(signal),
    stop: () => server.stop(),
    logs: () => readFileSync(logFile, 'utf8'),
  };
}

async function healthOf(url: string): Promise<true | string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    const body = await response.text();
    return response.ok || `${response.status} ${body}`;
  } catch {
    return 'it does not answer';
  }
}
