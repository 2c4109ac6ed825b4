import type { CommandRequest } from './command-request.js';
import type { CommandResult } from './command-result.js';

/** A command that waits for its result. Whatever it gets first counts; what comes later changes nothing. */
export class PendingCommand<Command> {
  readonly arrivedAt = performance.now();
  readonly result: Promise<CommandResult>;
  private resolveResult!: (result: CommandResult) => void;
  private rejectResult!: (error: unknown) => void;
  private done = false;

  constructor(readonly request: CommandRequest<Command>) {
    this.result = new Promise((resolve, reject) => {
      this.resolveResult = resolve;
      this.rejectResult = reject;
    });
  }

  get isDone(): boolean {
    return this.done;
  }

  resolve(result: CommandResult): void {
    this.done = true;
    this.resolveResult(result);
  }

  reject(error: unknown): void {
    this.done = true;
    this.rejectResult(error);
  }
}
