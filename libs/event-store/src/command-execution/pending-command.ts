import type { CommandRequest, Outcome } from './command-request.js';
import type { Settlement } from './decide-batch.js';

/** A command that waits for its outcome. The first settlement counts; later ones come too late and change nothing. */
export class PendingCommand<Command> {
  readonly arrivedAt = performance.now();
  readonly outcome: Promise<Outcome>;
  private resolve!: (outcome: Outcome) => void;
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
