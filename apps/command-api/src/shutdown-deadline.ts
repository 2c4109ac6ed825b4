import { LOGGER } from '@eventfleet/observability';
import { finishesWithin } from '@eventfleet/resilience';
import { Inject, Injectable, Optional } from '@nestjs/common';
import type { Logger } from 'pino';

/** From the first hook on, for all of them: a server that does not answer delays no stop any longer. */
const STOP_MS = 3_500;

/**
 * One bound for every `onApplicationShutdown` of this process. Nest calls these hooks one module after the other: a
 * module before the modules that it imports, and global modules last. Within a module it calls a provider before those
 * that it injects. So commands under way end first, then the relays save their checkpoints, then listeners end, then
 * pools close.
 */
@Injectable()
export class ShutdownDeadline {
  private endsAt: number | undefined;
  private isMissed = false;

  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    @Optional() private readonly stopMs = STOP_MS,
  ) {}

  /** Waits for `work` within what is left of the time. Once the time is over, no further work is begun. */
  async within(work: () => Promise<unknown>): Promise<void> {
    this.endsAt ??= performance.now() + this.stopMs;
    if (this.isMissed || (await finishesWithin(work(), this.endsAt - performance.now())) || this.isMissed)
      return;
    this.isMissed = true;
    this.logger.warn(
      'a server does not answer, stopping without its last answer: nothing to do, the next start finds out what took effect',
    );
  }
}
