import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@eventfleet/embedded';
import { eventually, inheritedEnvironment, noteApp } from '@eventfleet/testing';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Free ports and a data folder of their own: what a fleet needs to run beside others. */
export interface FleetPlace {
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly commandApi: string;
  readonly queryApi: string;
  readonly console: string;
}

export async function fleetPlace(dataDir: string): Promise<FleetPlace> {
  const ports = {
    COMMAND_API_PORT: String(await freePort()),
    QUERY_API_PORT: String(await freePort()),
    PROJECTOR_PORT: String(await freePort()),
    NOTIFIER_PORT: String(await freePort()),
    PROCESS_MANAGER_PORT: String(await freePort()),
    CONSOLE_PORT: String(await freePort()),
    EVENTFLEET_KAFKA_PORT: String(await freePort()),
    EVENTFLEET_POSTGRES_PORT: String(await freePort()),
    EVENTFLEET_RABBITMQ_PORT: String(await freePort()),
    EVENTFLEET_ISSUER_PORT: String(await freePort()),
  };
  const commandApi = `http://127.0.0.1:${ports.COMMAND_API_PORT}`;
  const queryApi = `http://127.0.0.1:${ports.QUERY_API_PORT}`;
  noteApp('command-api', commandApi);
  noteApp('query-api', queryApi);
  const console = `http://127.0.0.1:${ports.CONSOLE_PORT}`;
  noteApp('console', console);
  return {
    dataDir,
    env: { ...ports, EVENTFLEET_DATA_DIR: dataDir, USER_EVENTS_PARTITIONS: '3' },
    commandApi,
    queryApi,
    console,
  };
}

/** One `npm start`, in a process group of its own as in a terminal. Its pid file tells the test run what to clean up. */
export class FleetStart {
  readonly #npm: ChildProcess;
  readonly #exited: Promise<number | string>;
  #output = '';

  constructor(
    private readonly place: FleetPlace,
    env: Readonly<Record<string, string>> = {},
    options: readonly string[] = [],
  ) {
    this.#npm = spawn('npm', ['start', '--', ...options], {
      cwd: ROOT,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...inheritedEnvironment(), ...place.env, ...env },
    });
    writeFileSync(join(place.dataDir, 'npm.pid'), String(this.#npm.pid));
    const collect = (chunk: Buffer) => (this.#output += chunk.toString('utf8'));
    this.#npm.stdout?.on('data', collect);
    this.#npm.stderr?.on('data', collect);
    this.#exited = new Promise((resolve) =>
      this.#npm.once('exit', (code, signal) => resolve(signal ?? code ?? -1)),
    );
  }

  /** Everything that was shown so far. */
  get output(): string {
    return this.#output;
  }

  /** @throws Error with what was shown, when it ends before it is up or takes too long */
  async up(): Promise<void> {
    const ended = this.#exited.then((code) =>
      Promise.reject(new Error(`it ended with ${code}:\n${this.#output}`)),
    );
    const shown = eventually(() => this.#output.includes('Create a user'), {
      deadlineMs: 240_000,
      describe: 'the start',
    });
    await Promise.race([shown, ended]);
  }

  /** Resolves with the exit code, or the signal that ended it. */
  exited(): Promise<number | string> {
    return this.#exited;
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.#npm.pid!, signal);
  }

  signalGroup(signal: NodeJS.Signals): void {
    process.kill(-this.#npm.pid!, signal);
  }

  /** The processes of its pid files, by name. */
  pids(): Map<string, number> {
    const folder = join(this.place.dataDir, 'run');
    if (!existsSync(folder)) return new Map();
    const files = readdirSync(folder).filter((file) => file.endsWith('.pid'));
    return new Map(
      files.map((file) => [file.slice(0, -4), Number(readFileSync(join(folder, file), 'utf8'))]),
    );
  }
}

/** Those that still run; a process of which only its exit code is left does not. */
export function running(pids: ReadonlyMap<string, number>): string[] {
  return [...pids].filter(([, pid]) => isRunning(pid)).map(([name]) => name);
}

function isRunning(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z');
  } catch {
    return false;
  }
}
