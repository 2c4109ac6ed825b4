/** A command as a client sends it: each repeat is the same to the letter. */
export interface Command {
  /** Sent as its correlation id, so that its events can be found; also its idempotency key. */
  readonly id: string;
  readonly kind: 'create' | 'update' | 'delete' | 'verify';
  readonly userId: string;
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: Readonly<Record<string, string>>;
  readonly ifMatch?: number;
  /** Whether a success may be one that changed nothing. */
  readonly mayChangeNothing: boolean;
}

/** What the fleet decided. */
export interface Decision {
  readonly status: number;
  /** Of a refusal. */
  readonly code?: string;
  /** Of a success. */
  readonly version?: number;
}

export interface LedgerEntry {
  readonly command: Command;
  /** Before the first attempt; milliseconds since 1970. */
  readonly openedAt?: number;
  attempts: number;
  /** Absent: unknown. */
  decision?: Decision;
  /** Of the decision; milliseconds since 1970. */
  decidedAt?: number;
  /** Answers that said something else than the first one. */
  readonly contradictions: Decision[];
}

/** A read with a consistency token that showed no row as new as the token. */
export interface DoubtfulRead {
  readonly userId: string;
  readonly tokenVersion: number;
  readonly status: number;
  readonly version?: number;
}

/** Every command that clients sent, and the answers that they had. */
export class Ledger {
  readonly entries: LedgerEntry[] = [];
  readonly doubtfulReads: DoubtfulRead[] = [];
  /** Answered at least once with a decision. */
  acknowledged = 0;
  /** Answers to commands that had their answer already. */
  repeats = 0;
  /** Attempts that ended without a decision: cut off, timed out, or 5xx. */
  cutOff = 0;
  reads = 0;

  open(command: Command): LedgerEntry {
    const entry = { command, openedAt: Date.now(), attempts: 0, contradictions: [] };
    this.entries.push(entry);
    return entry;
  }

  /** @param decision undefined when the attempt ended without a decision */
  note(entry: LedgerEntry, decision: Decision | undefined): void {
    entry.attempts++;
    if (decision === undefined) {
      this.cutOff++;
    } else if (entry.decision === undefined) {
      entry.decision = decision;
      entry.decidedAt = Date.now();
      this.acknowledged++;
    } else {
      this.repeats++;
      if (!isSame(entry.decision, decision)) entry.contradictions.push(decision);
    }
  }

  unknown(): LedgerEntry[] {
    return this.entries.filter(({ decision }) => decision === undefined);
  }
}

function isSame(a: Decision, b: Decision): boolean {
  return a.status === b.status && a.code === b.code && a.version === b.version;
}
