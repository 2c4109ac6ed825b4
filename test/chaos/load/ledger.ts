/** A command as a client sends it: each repeat is the same to the letter. */
export interface Command {
  /** Sent as its correlation id, so that its events can be told; also its idempotency key. */
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
export interface Outcome {
  readonly status: number;
  /** Of a refusal. */
  readonly code?: string;
  /** Of a success. */
  readonly version?: number;
}

export interface LedgerEntry {
  readonly command: Command;
  attempts: number;
  /** Absent: unknown. */
  outcome?: Outcome;
  /** Answers that said something else than the first one. */
  readonly contradictions: Outcome[];
}

/** A read with a consistency token that showed no row as new as the token. */
export interface DoubtfulRead {
  readonly userId: string;
  readonly tokenVersion: number;
  readonly status: number;
  readonly version?: number;
}

/** What the clients know: every command, and what they were told of it. */
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
    const entry = { command, attempts: 0, contradictions: [] };
    this.entries.push(entry);
    return entry;
  }

  /** @param outcome undefined when the attempt ended without a decision */
  note(entry: LedgerEntry, outcome: Outcome | undefined): void {
    entry.attempts++;
    if (outcome === undefined) {
      this.cutOff++;
    } else if (entry.outcome === undefined) {
      entry.outcome = outcome;
      this.acknowledged++;
    } else {
      this.repeats++;
      if (!isSame(entry.outcome, outcome)) entry.contradictions.push(outcome);
    }
  }

  unknown(): LedgerEntry[] {
    return this.entries.filter(({ outcome }) => outcome === undefined);
  }
}

function isSame(a: Outcome, b: Outcome): boolean {
  return a.status === b.status && a.code === b.code && a.version === b.version;
}
