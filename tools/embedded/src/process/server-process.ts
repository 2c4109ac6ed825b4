import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lowerPriority } from './lower-priority.js';
import { lastLines } from './last-lines.js';
import { sendSignal } from './send-signal.js';

export interface ServerProcessOptions {
  /** How messages call it. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Standard output and error are appended here; the file's folder is made. */
  readonly logFile: string;
  /** Holds the process id as long as the process runs: a later start finds what a killed one left behind. */
  readonly pidFile?: string | undefined;
  /** Absent: the environment of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** Whether it runs at a lower priority than others. */
  readonly lowPriority?: boolean | undefined;
  /** What `stop` sends: SIGTERM by default. */
  readonly stopSignal?: NodeJS.Signals;
  /** How long `stop` waits before it kills: 10 s by default. */
  readonly graceMs?: number;
}

/**
 * A program in a process group of its own: a Ctrl-C in the terminal does not reach it, so that its owner can
 * stop it in the right order. It also outlives an owner that is killed.
 */
export interface ServerProcess {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Resolves with how it ended ("exit code 1", "SIGKILL"). Never rejects. */
  readonly exited: Promise<string>;
  /** How it ended, once it has. */
  ending(): string | undefined;
  kill(signal: NodeJS.Signals): void;
  /**
   * Asks it to end, and kills its whole group when it is still there after the grace time. Idempotent.
   * @returns how it ended
   */
  stop(): Promise<string>;
}

/** A server that did not come up: what it is, why, and the last lines that it wrote. */
export class ServerStartError extends Error {
  constructor(
    readonly server: string,
    reason: string,
    readonly lastLines: readonly string[] = [],
  ) {
    super([`${server} did not start: ${reason}`, ...lastLines.map((line) => `  ${line}`)].join('\n'));
    this.name = 'ServerStartError';
  }
}

const DEFAULT_GRACE_MS = 10_000;
const POLL_MS = 50;

/** @throws ServerStartError when the program cannot be run at all */
export async function spawnServer(options: ServerProcessOptions): Promise<ServerProcess> {
  const { name, logFile } = options;
  await mkdir(dirname(logFile), { recursive: true });
  const log = await open(logFile, 'a');
  try {
    const child = spawn(options.command, options.args, {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      ...(options.env ? { env: options.env } : {}),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.uid === undefined ? {} : { uid: options.uid }),
      ...(options.gid === undefined ? {} : { gid: options.gid }),
    });
    const { promise: exited, resolve: end } = Promise.withResolvers<string>();
    let ending: string | undefined;
    child.once('exit', (code, signal) => end((ending = signal ?? `exit code ${code}`)));
    const { pid } = child;
    if (pid === undefined) {
      const reason = await new Promise<string>((resolve) =>
        child.once('error', (error) => resolve(error.message)),
      );
      throw new ServerStartError(name, reason);
    }
    child.on('error', () => undefined);
    if (options.lowPriority) lowerPriority(pid);
    if (options.pidFile !== undefined) keepPidFile(options.pidFile, pid, exited);
    return {
      name,
      pid,
      logFile,
      exited,
      ending: () => ending,
      kill: (signal) => sendSignal(pid, signal),
      async stop() {
        if (ending !== undefined) return ending;
        sendSignal(pid, options.stopSignal ?? 'SIGTERM');
        const killer = setTimeout(() => sendSignal(-pid, 'SIGKILL'), options.graceMs ?? DEFAULT_GRACE_MS);
        await exited.finally(() => clearTimeout(killer));
        return exited;
      },
    };
  } finally {
    await log.close();
  }
}

/** Whether a server is ready: true, or what it still waits for. */
export type ReadyProbe = () => Promise<true | string>;

/**
 * Waits until `probe` says true.
 * @throws ServerStartError when the process ends first or `deadlineMs` is over, the signal's reason when it aborts;
 * the process is not stopped then
 */
export async function untilReady(
  server: ServerProcess,
  probe: ReadyProbe,
  deadlineMs: number,
  signal?: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const state = await probe();
    if (state === true) return;
    signal?.throwIfAborted();
    const ending = server.ending();
    const late =
      Date.now() > deadline ? `not ready after ${Math.round(deadlineMs / 1000)} s: ${state}` : undefined;
    const reason = ending ?? late;
    if (reason !== undefined)
      throw new ServerStartError(server.name, reason, await lastLines(server.logFile));
    await delay(POLL_MS);
  }
}

function keepPidFile(file: string, pid: number, exited: Promise<string>): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${pid}\n`);
  void exited.then(() => rmSync(file, { force: true }));
}
