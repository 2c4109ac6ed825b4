import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { explainRefusal } from './explain-refusal.js';

/** A server that an app needs, and a way to find out whether it lets the app in. */
export interface AccessProbe {
  /** Shown to operators, such as `kafka`. */
  readonly server: string;
  /** The variables that say where it is, and how to log in. */
  readonly variables: string;
  /** Resolves once the server has let this app in; rejects with the error of the client. */
  attempt(this: void): Promise<void>;
}

const RETRY_MS = 2_000;

/**
 * Tries at the start whether each server lets this app in, until each has. A certificate that is not accepted, a wrong
 * login or a missing right is one line in the log, however often it is tried again. A server that is away is none: that
 * is reported by what needs the server.
 */
export class AccessWatch {
  private readonly stopping = new AbortController();
  private readonly problems = new Map<string, string>();

  constructor(
    private readonly probes: readonly AccessProbe[],
    private readonly logger: Logger,
    private readonly retryMs = RETRY_MS,
  ) {}

  start(): void {
    for (const probe of this.probes) void this.watch(probe);
  }

  stop(): void {
    this.stopping.abort();
  }

  /** @throws Error naming each server that refuses this app, and why */
  check(): void {
    if (this.problems.size === 0) return;
    throw new Error([...this.problems].map(([server, problem]) => `${server}: ${problem}`).join('; '));
  }

  private async watch({ server, variables, attempt }: AccessProbe): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const problem = await attempt().then(
        () => null,
        (error: unknown) => explainRefusal(error),
      );
      if (signal.aborted) return;
      if (problem === null) return this.note(server, undefined);
      if (problem !== undefined && problem !== this.problems.get(server))
        this.logger.error({ server }, `${server} refuses this app: ${problem} (see ${variables})`);
      if (problem !== undefined) this.note(server, problem);
      await delay(this.retryMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private note(server: string, problem: string | undefined): void {
    if (problem !== undefined) this.problems.set(server, problem);
    else if (this.problems.delete(server)) this.logger.info({ server }, `${server} lets this app in now`);
  }
}
