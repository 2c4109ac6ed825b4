import { setTimeout as delay } from 'node:timers/promises';
import { eventually, startApp, type AppProcess } from '@eventfleet/testing';
import type { CopyPlan } from '../topology.ts';
import { Turns } from './turns.ts';

const RESTART_AFTER_MS = 500;
const READY_MS = 60_000;
const STOP_MS = 10_000;

/** How a SIGTERM was followed. */
export interface Stop {
  readonly copy: string;
  readonly ending: string;
  readonly tookMs: number;
}

/** One copy of an app: the same port and settings over all its lives. One that ends by itself is started anew. */
export class AppCopy {
  readonly name: string;
  /** Stops that took longer than 10 s, or did not end with exit code 0. */
  readonly badStops: Stop[] = [];
  /** How often it ended by itself. */
  crashes = 0;

  readonly #plan: CopyPlan;
  readonly #env: Readonly<Record<string, string>>;
  readonly #say: (line: string) => void;
  readonly #turns = new Turns();
  #process: AppProcess | undefined;
  #isClosed = false;

  constructor(plan: CopyPlan, env: Readonly<Record<string, string>>, say: (line: string) => void) {
    this.name = plan.name;
    this.#plan = plan;
    this.#env = env;
    this.#say = say;
  }

  start(): Promise<void> {
    return this.#turns.take(() => this.#start());
  }

  /** SIGKILL, and a start after a time. */
  kill(awayMs: number): Promise<void> {
    return this.#turns.take(async () => {
      const process = this.#takeProcess();
      process?.kill('SIGKILL');
      await process?.exited;
      await delay(awayMs);
      await this.#start();
    });
  }

  /** SIGTERM, and a start after a time. */
  terminate(awayMs: number): Promise<void> {
    return this.#turns.take(async () => {
      await this.#stop();
      await delay(awayMs);
      await this.#start();
    });
  }

  /** SIGSTOP, and SIGCONT after a time. */
  freeze(forMs: number): Promise<void> {
    return this.#turns.take(async () => {
      this.#process?.kill('SIGSTOP');
      await delay(forMs);
      this.#process?.kill('SIGCONT');
    });
  }

  async untilReady(): Promise<void> {
    const isReady = async () => {
      const url = `${this.#process?.url}/health/ready`;
      const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${answer.status} ${text}`);
      return true;
    };
    await eventually(isReady, { deadlineMs: READY_MS, describe: `readiness of ${this.name}` });
  }

  /** For good, and at once. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const process = this.#takeProcess();
    process?.kill('SIGKILL');
    await process?.exited;
  }

  async #start(): Promise<void> {
    if (this.#isClosed || this.#process) return;
    const process = await startApp(this.#plan.app, this.#env, { until: 'live' });
    this.#process = process;
    this.#watch(process).catch((error: Error) => this.#say(`${this.name} does not start: ${error.message}`));
  }

  /** Starts it anew when it ends unasked. */
  async #watch(process: AppProcess): Promise<void> {
    const ending = await process.exited;
    if (this.#process !== process) return;
    this.#process = undefined;
    this.crashes++;
    this.#say(`${this.name} ended by itself (${ending})`);
    await this.#turns.take(async () => {
      await delay(RESTART_AFTER_MS);
      await this.#start();
    });
  }

  async #stop(): Promise<void> {
    const process = this.#takeProcess();
    if (!process) return;
    const asked = performance.now();
    const ending = await process.stop();
    const stop = { copy: this.name, ending, tookMs: Math.round(performance.now() - asked) };
    if (stop.tookMs > STOP_MS || ending !== 'exit code 0') this.badStops.push(stop);
  }

  /** From now on its end is no surprise. */
  #takeProcess(): AppProcess | undefined {
    const process = this.#process;
    this.#process = undefined;
    return process;
  }
}
