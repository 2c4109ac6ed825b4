import { setTimeout as delay } from 'node:timers/promises';
import { lastLines, type ServerProcess } from '@eventfleet/embedded';
import { STOP_ORDER, type Service } from './service.ts';

const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 30_000;
/** Of its log: enough for the reason, a wrong setting or a taken port. */
const SHOWN_LINES = 5;
/** A service that ran this long before it ended is started again without a longer wait. */
const STEADY_MS = 60_000;

/** Starts services, restarts those that end by themselves, and stops all of them in order. */
export class Supervisor {
  readonly #running = new Map<Service, ServerProcess>();
  readonly #spawning = new Set<Promise<unknown>>();
  readonly #stopping = new AbortController();
  readonly #say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** Aborts as soon as `stop` is called. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /**
   * Starts a service and waits until it is ready; from then on it is kept running.
   * @throws ServerStartError when it does not come up; it may still run then, until `stop`
   */
  async start(service: Service): Promise<void> {
    const server = await this.#spawn(service);
    await service.untilReady(server, this.signal);
    void this.#keepRunning(service, server);
  }

  /** Stops everything, stage by stage, also what is just being started. Never rejects. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.allSettled(this.#spawning);
    for (const stage of STOP_ORDER) {
      const servers = [...this.#running].filter(([service]) => service.stage === stage);
      await Promise.all(servers.map(([service, server]) => this.#stopOne(service, server)));
    }
  }

  async #stopOne(service: Service, server: ServerProcess): Promise<void> {
    if (server.ending() === undefined && (await server.stop()) === 'SIGKILL') {
      this.#say(`${service.name} did not stop in time and was killed; its log: ${server.logFile}`);
    }
  }

  async #spawn(service: Service): Promise<ServerProcess> {
    this.signal.throwIfAborted();
    const spawning = service.spawn(this.signal);
    this.#spawning.add(spawning);
    try {
      const server = await spawning;
      this.#running.set(service, server);
      return server;
    } finally {
      this.#spawning.delete(spawning);
    }
  }

  async #keepRunning(service: Service, first: ServerProcess): Promise<void> {
    let server: ServerProcess | undefined = first;
    let ending = '';
    let backoff = FIRST_BACKOFF_MS;
    for (;;) {
      const started = Date.now();
      if (server) ending = await server.exited;
      if (this.signal.aborted) return;
      if (Date.now() - started > STEADY_MS) backoff = FIRST_BACKOFF_MS;
      this.#say(
        `${service.name} ended by itself (${ending}); starting it again in ${backoff / 1000} s; its log: ${first.logFile}`,
      );
      await this.#sayWhy(first.logFile, ending);
      try {
        await delay(backoff, undefined, { signal: this.signal });
        server = await this.#spawn(service);
        void this.#sayWhenReady(service, server);
      } catch (error) {
        server = undefined;
        ending = error instanceof Error ? error.message : String(error);
      }
      backoff = Math.min(backoff * 2, LONGEST_BACKOFF_MS);
    }
  }
  /** A service that ended itself has said why; one that was killed could not. */
  async #sayWhy(logFile: string, ending: string): Promise<void> {
    if (!ending.startsWith('exit code')) return;
    for (const line of await lastLines(logFile, SHOWN_LINES)) this.#say(`  ${line}`);
  }

  async #sayWhenReady(service: Service, server: ServerProcess): Promise<void> {
    const isReady = await service.untilReady(server, this.signal).then(
      () => true,
      () => false,
    );
    if (isReady) this.#say(`${service.name} is ready again`);
  }
}
