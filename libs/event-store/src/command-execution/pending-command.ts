import type { CommandRequest, CommandResult } from './command-request.js';
import type { Settlement } from './decide-batch.js';

/** A command that waits for its outcome. The first settlement counts; later ones come too late and change nothing. */
export class PendingCommand<Command> {
  readonly arrivedAt = performance.now();
  readonly outcome: Promise<CommandResult>;
  private resolve!: (outcome: CommandResult) => void;
  private reject!: (error: unknown) => void;
  private settled = false;

  constructor(readonly request: CommandRequest<Command>) {
    this.outcome = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  get isSettled(): boolean {
    return this.settled;
  }

  settle(settlement: Settlement): void {
    this.settled = true;
    if (settlement.kind === 'failed') this.reject(settlement.error);
    else this.resolve(settlement);
  }
}
