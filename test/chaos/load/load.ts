import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../random.ts';
import { chooseCommand } from './choose-command.ts';
import { KnownUsers } from './known-users.ts';
import type { Command, Ledger, LedgerEntry } from './ledger.ts';
import { readBack, sendCommand } from './send-command.ts';

const CLIENTS = 16;
const LONGEST_THOUGHT_MS = 150;
/** How often of 100 a client, after a command … */
const GIVES_UP = 15;
const REPEATS = 8;
const READS_BACK = 20;
/** … sends it to two copies at once, to begin with. */
const SENDS_TWICE = 4;
const MOST_ATTEMPTS = 8;
const BACKOFF_MS = [50, 600] as const;
const RESOLVE_WORKERS = 16;

export interface LoadOptions {
  readonly seed: number;
  readonly ledger: Ledger;
  readonly commandUrls: readonly string[];
  readonly queryUrls: readonly string[];
  /** Called at every decision that is new. */
  readonly onAcknowledged: () => void;
}

/**
 * A bounded number of clients, each with one command under way. What a client does not know it asks for again with
 * the same key, for some time; some of it stays unknown, while the users of these commands live on.
 */
export class Load {
  readonly #options: LoadOptions;
  readonly #users = new KnownUsers();
  readonly #clients: Promise<void>[] = [];
  #isRunning = true;
  #numbers = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  start(): void {
    for (let client = 1; client <= CLIENTS; client++) {
      this.#clients.push(this.#run(new Random(this.#options.seed, client)));
    }
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    await Promise.all(this.#clients);
  }

  /** Sends a command that was not chosen by chance, until it is decided or the signal aborts. */
  async insist(command: Command, signal: AbortSignal): Promise<LedgerEntry> {
    const entry = this.#options.ledger.open(command);
    await this.#untilDecided(entry, signal);
    return entry;
  }

  /** Asks again for everything unknown, until it is decided or the signal aborts. */
  async resolveUnknown(signal: AbortSignal): Promise<void> {
    const left = this.#options.ledger.unknown();
    const work = async () => {
      for (let entry = left.pop(); entry; entry = left.pop()) await this.#untilDecided(entry, signal);
    };
    await Promise.all(Array.from({ length: RESOLVE_WORKERS }, work));
  }

  async #untilDecided(entry: LedgerEntry, signal: AbortSignal): Promise<void> {
    const { commandUrls } = this.#options;
    while (!entry.decision && !signal.aborted) {
      await this.#attempt(entry, commandUrls[entry.attempts % commandUrls.length]!);
      if (!entry.decision) await delay(BACKOFF_MS[1]);
    }
  }

  async #run(random: Random): Promise<void> {
    const { ledger, commandUrls, queryUrls } = this.#options;
    while (this.#isRunning) {
      const entry = ledger.open(chooseCommand(random, this.#users, () => ++this.#numbers));
      if (random.percent(SENDS_TWICE)) await Promise.all(commandUrls.map((url) => this.#attempt(entry, url)));
      await this.#pursue(entry, random);
      if (entry.decision && random.percent(REPEATS)) await this.#attempt(entry, random.pick(commandUrls));
      if (entry.decision && random.percent(READS_BACK)) await this.#readBack(entry, random.pick(queryUrls));
      await delay(random.int(0, LONGEST_THOUGHT_MS));
    }
  }

  async #pursue(entry: LedgerEntry, random: Random): Promise<void> {
    for (let attempts = 0; !entry.decision && attempts < MOST_ATTEMPTS && this.#isRunning; attempts++) {
      await this.#attempt(entry, random.pick(this.#options.commandUrls));
      if (entry.decision) return;
      if (random.percent(GIVES_UP)) return;
      await delay(random.int(...BACKOFF_MS));
    }
  }

  async #attempt(entry: LedgerEntry, url: string): Promise<void> {
    const { ledger, onAcknowledged } = this.#options;
    const decision = await sendCommand(url, entry.command);
    const isNews = decision !== undefined && entry.decision === undefined;
    ledger.note(entry, decision);
    if (!isNews) return;
    this.#users.apply(entry.command, decision);
    onAcknowledged();
  }

  async #readBack(entry: LedgerEntry, url: string): Promise<void> {
    const { ledger } = this.#options;
    ledger.reads++;
    const doubtful = await readBack(url, entry);
    if (doubtful) ledger.doubtfulReads.push(doubtful);
  }
}
