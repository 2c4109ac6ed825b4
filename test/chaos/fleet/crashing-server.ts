import { setTimeout as delay } from 'node:timers/promises';
import type { ServerProcess } from '@eventfleet/embedded';
import { Turns } from './turns.ts';

/** Longer than a start may take: one that fails is tried again. */
const START_MS = 90_000;
const BETWEEN_STARTS_MS = 500;

/** A server that is killed and comes up again with its data, on the same ports. */
export class CrashingServer<Server extends ServerProcess = ServerProcess> {
  readonly #start: () => Promise<Server>;
  readonly #turns = new Turns();
  readonly #kills: Turns;
  #process: Server | undefined;

  /**
   * @param running one that was started already, as `start` starts it
   * @param kills those of servers of which one at a time may be away
   */
  constructor(start: () => Promise<Server>, running?: Server, kills = new Turns()) {
    this.#start = start;
    this.#process = running;
    this.#kills = kills;
  }

  /** @throws Error while it is away */
  get running(): Server {
    if (!this.#process) throw new Error('the server does not run');
    return this.#process;
  }

  start(): Promise<void> {
    return this.#turns.take(() => this.#up());
  }

  /** SIGKILL, and a start after a time. */
  kill(awayMs: number): Promise<void> {
    return this.#kills.take(() =>
      this.#turns.take(async () => {
        this.#process?.kill('SIGKILL');
        await this.#process?.exited;
        this.#process = undefined;
        await delay(awayMs);
        await this.#up();
      }),
    );
  }

  /** For good, and at once. */
  async close(): Promise<void> {
    this.#process?.kill('SIGKILL');
    await this.#process?.exited;
  }

  /** Tries again: what a killed server leaves behind (backends that still run) goes away in a moment. */
  async #up(): Promise<void> {
    const deadline = performance.now() + START_MS;
    for (;;) {
      try {
        this.#process = await this.#start();
        return;
      } catch (error) {
        if (performance.now() > deadline) throw error;
        await delay(BETWEEN_STARTS_MS);
      }
    }
  }
}
