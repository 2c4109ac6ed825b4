export interface ResponseWatchdogOptions {
  /** How long the store may leave everything unanswered while somebody waits for it. */
  readonly timeoutMs: number;
  readonly isWaiting: () => boolean;
  /** Called again and again until the store answers: who arrived before then (`performance.now()`) has waited too long. */
  readonly onTimeout: (arrivedBefore: number) => void;
}

const CHECK_EVERY_MS = 100;
const LATE_MS = 500;

/**
 * Notices a store that answers nothing at all, as after a freeze of the server or a lost line: the connections are open,
 * and no statement fails before its own time-out, which is longer than a caller should wait. One timer for everyone, and
 * none while nobody waits.
 */
export class ResponseWatchdog {
  private answeredAt = 0;
  private timer: NodeJS.Timeout | undefined;
  private wasLate = false;
  private unresponsive = false;

  constructor(private readonly options: ResponseWatchdogOptions) {}

  get isUnresponsive(): boolean {
    return this.unresponsive;
  }

  /** The store has answered. */
  onAnswer(): void {
    this.answeredAt = performance.now();
    this.unresponsive = false;
  }

  /** Somebody begins to wait. Does nothing if the watchdog runs already. */
  start(): void {
    if (this.timer) return;
    // While nobody waited nothing was asked.
    this.answeredAt = performance.now();
    this.timer = this.schedule();
  }

  private schedule(): NodeJS.Timeout {
    return setTimeout(this.check, CHECK_EVERY_MS, performance.now() + CHECK_EVERY_MS);
  }

  private readonly check = (dueAt: number): void => {
    this.timer = undefined;
    if (!this.options.isWaiting()) return;
    const now = performance.now();
    // A timer this late means that this process stood still: answers of the store may be there, still unread.
    this.wasLate = now - dueAt > LATE_MS && !this.wasLate;
    const limit = now - this.options.timeoutMs;
    if (!this.wasLate && this.answeredAt < limit) {
      this.unresponsive = true;
      this.options.onTimeout(limit);
    }
    this.timer = this.schedule();
  };
}
