import { Random } from '../random.ts';
import { StreamReader } from './stream-reader.ts';

const READERS = 50;
const FIRST_STREAM = 2_000;

/** Clients that follow the stream of users while everything around them fails. */
export class StreamReaders {
  readonly #readers: readonly StreamReader[];
  readonly #stopping = new AbortController();
  #running: Promise<unknown> | undefined;

  constructor(seed: number, queryUrls: readonly string[]) {
    this.#readers = Array.from(
      { length: READERS },
      (_, index) => new StreamReader(queryUrls, new Random(seed, FIRST_STREAM + index)),
    );
  }

  start(): void {
    this.#running = Promise.all(this.#readers.map((reader) => reader.run(this.#stopping.signal)));
  }

  get connections(): number {
    return this.#readers.reduce((sum, { connections }) => sum + connections, 0);
  }

  /** Once nothing changes any more: lets each read to the end. */
  async finish(): Promise<StreamsRead> {
    this.#stopping.abort();
    await this.#running;
    const reached = await Promise.all(this.#readers.map((reader) => reader.readToEnd()));
    const stuck = reached.filter((isAtEnd) => !isAtEnd).length;
    return {
      streams: this.#readers.map(({ events }) => events),
      unfinished: stuck > 0 ? [`${stuck} readers of the stream did not come to its end`] : [],
    };
  }
}

export interface StreamsRead {
  /** The ids of the events that each reader got, in their order. */
  readonly streams: readonly (readonly string[])[];
  readonly unfinished: readonly string[];
}
