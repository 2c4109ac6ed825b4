import { LRUCache } from 'lru-cache';
import { ProblemError } from './problem.error.js';

/** Clients that are counted at a time; beyond that the one seen longest ago starts anew. */
const MAX_CLIENTS = 10_000;

interface Account {
  left: number;
  at: number;
}

/**
 * So many of something for each client in a period, as a bucket that fills up evenly: after a pause all at once, later
 * on at that rate. Each process counts for itself, in bounded memory.
 */
export class ClientQuota {
  private readonly accounts = new LRUCache<string, Account>({ max: MAX_CLIENTS });

  /** @param what is counted, for the refusal: `expensive requests` */
  constructor(
    private readonly what: string,
    private readonly size: number,
    private readonly periodMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @throws ProblemError `rate-limited` if the client has none left */
  spend(client: string): void {
    const now = this.now();
    const { left, at } = this.accounts.get(client) ?? { left: this.size, at: now };
    const refilled = Math.min(this.size, left + ((now - at) * this.size) / this.periodMs);
    this.accounts.set(client, { left: refilled < 1 ? refilled : refilled - 1, at: now });
    if (refilled >= 1) return;
    const untilNextMs = ((1 - refilled) * this.periodMs) / this.size;
    throw tooMany(`At most ${this.size} ${this.what} are taken from a client in ${this.periodMs / 1_000} s`, {
      retryAfterSeconds: Math.max(Math.ceil(untilNextMs / 1_000), 1),
    });
  }
}

/** So many of something for each client at a time. */
export class ClientSlots {
  private readonly taken = new Map<string, number>();

  /** @param what is counted, for the refusal: `streams` */
  constructor(
    private readonly what: string,
    private readonly size: number,
  ) {}

  /** @returns gives the slot back; further calls do nothing. @throws ProblemError `rate-limited` if none is free */
  take(client: string): () => void {
    const taken = this.taken.get(client) ?? 0;
    if (taken >= this.size)
      throw tooMany(`At most ${this.size} ${this.what} are open for a client at a time`, {
        retryAfterSeconds: 1,
      });
    this.taken.set(client, taken + 1);
    let isHeld = true;
    return () => {
      if (isHeld) this.giveBack(client);
      isHeld = false;
    };
  }

  private giveBack(client: string): void {
    const left = (this.taken.get(client) ?? 1) - 1;
    if (left === 0) this.taken.delete(client);
    else this.taken.set(client, left);
  }
}

function tooMany(detail: string, options: { readonly retryAfterSeconds: number }): ProblemError {
  return new ProblemError('rate-limited', detail, options);
}
