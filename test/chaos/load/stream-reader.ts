import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../random.ts';

const CONNECTED_MS = [500, 10_000] as const;
const AWAY_MS = [50, 1_000] as const;
/** For one try to reach the end, and all of them. */
const LAST_READ_MS = [20_000, 90_000] as const;

/** One client of `GET /users/stream` that reads from the first event on, and reconnects to any copy where it was. */
export class StreamReader {
  readonly #urls: readonly string[];
  readonly #random: Random;
  #lastId = '0';
  #events: string[] = [];
  #connections = 0;

  /** @param urls of the copies of query-api */
  constructor(urls: readonly string[], random: Random) {
    this.#urls = urls;
    this.#random = random;
  }

  /** The ids of the events that it got, in their order. */
  get events(): readonly string[] {
    return this.#events;
  }

  get connections(): number {
    return this.#connections;
  }

  /** Comes and goes at random until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#read(this.#random.int(...CONNECTED_MS), signal);
      await delay(this.#random.int(...AWAY_MS), undefined, { signal }).catch(() => undefined);
    }
  }

  /** @returns whether it has come to the end of the stream in time */
  async readToEnd(): Promise<boolean> {
    const [tryMs, allMs] = LAST_READ_MS;
    const signal = AbortSignal.timeout(allMs);
    while (!signal.aborted) {
      if (await this.#read(tryMs, signal, true)) return true;
      await delay(AWAY_MS[1]);
    }
    return false;
  }

  /** @returns whether the stream said that its end is reached */
  #read(forMs: number, signal: AbortSignal, endsThere = false): Promise<boolean> {
    const address = `${this.#random.pick(this.#urls)}/users/stream?lastEventId=${encodeURIComponent(this.#lastId)}`;
    return new Promise((resolve) => {
      let isAtEnd = false;
      const request = get(address, {
        agent: false,
        signal: AbortSignal.any([signal, AbortSignal.timeout(forMs)]),
      });
      request.on('error', () => undefined).on('close', () => resolve(isAtEnd));
      request.on('response', (response) => {
        response.on('error', () => undefined);
        if (response.statusCode !== 200) return void request.destroy();
        this.#connections++;
        let rest = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          const blocks = (rest + text).split('\n\n');
          rest = blocks.pop()!;
          for (const block of blocks) isAtEnd = this.#take(block) || isAtEnd;
          if (isAtEnd && endsThere) request.destroy();
        });
      });
    });
  }

  /** @returns whether the message says that the end is reached */
  #take(block: string): boolean {
    const event = /^event: (.+)$/m.exec(block)?.[1];
    if (event === 'reset') {
      // The store is another one than before: what was sent means nothing any more.
      [this.#lastId, this.#events] = ['0', []];
    } else if (event?.startsWith('user.')) {
      this.#lastId = /^id: (.+)$/m.exec(block)![1]!;
      this.#events.push(/"eventId":"([^"]+)"/.exec(block)![1]!);
    }
    return event === 'caught-up';
  }
}
