export interface ResponseWatchdogOptions {
  /** So long may the store say nothing while somebody waits for it. */
  readonly limitMs: number;
  readonly anyoneWaits: () => boolean;
  /** Told again and again while the silence lasts: everyone who came before then (`performance.now()`) waits for too long. */
  readonly onSilence: (arrivedBefore: number) => void;
}

const LOOK_EVERY_MS = 100;
const LATE_MS = 500;

/**
 * Notices a store that says nothing at all, as a frozen server or a dead line does: the connections are open, and no
 * statement fails before its own time-out, which is longer than a caller should wait. One timer for everyone, and
 * none while nobody waits.
 */
export class ResponseWatchdog {
  private heardAt = 0;
  private timer: NodeJS.Timeout | undefined;
  private wasLate = false;
  private silent = false;

  constructor(private readonly options: ResponseWatchdogOptions) {}

  get isSilent(): boolean {
    return this.silent;
  }

  /** The store has answered. */
  heard(): void {
    this.heardAt = performance.now();
    this.silent = false;
  }

  /** Somebody begins to wait. */
  begin(): void {
    if (this.timer) return;
    // While nobody waited nothing was asked.
    this.heardAt = performance.now();
    this.timer = this.schedule();
  }

  private schedule(): NodeJS.Timeout {
    return setTimeout(this.look, LOOK_EVERY_MS, performance.now() + LOOK_EVERY_MS);
  }

  private readonly look = (dueAt: number): void => {
    this.timer = undefined;
    if (!this.options.anyoneWaits()) return;
    const now = performance.now();
    // So late a timer says that this process stood still: the store's answers may lie unread behind it.
    this.wasLate = now - dueAt > LATE_MS && !this.wasLate;
    const limit = now - this.options.limitMs;
    if (!this.wasLate && this.heardAt < limit) {
      this.silent = true;
      this.options.onSilence(limit);
    }
    this.timer = this.schedule();
  };
}
