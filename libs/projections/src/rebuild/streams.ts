import type { RecordedEvent } from '@eventfleet/contracts';
import type { ScannedStreams, StreamSource } from './rebuild-context.js';

/** All events of one aggregate, by version. */
export type Stream = readonly RecordedEvent[];

/** Whole streams of consecutive aggregates. */
export interface StreamPage {
  /** Takes them apart: the next page can be asked for before. */
  streams(this: void): Promise<readonly Stream[]>;
  /** A stream that is longer than a page may be, and so not among them. */
  readonly tooLong: string | undefined;
  /** The last aggregate that the page covers; undefined if there is none. */
  readonly last: string | undefined;
  readonly isEnd: boolean;
}

const FIRST_LIMIT = 2_000;
const LOWEST_LIMIT = 100;
/** Larger pages live longer, and cost more in the garbage collector. */
const HIGHEST_LIMIT = 2_500;
/** How much a page is meant to hold, in characters. */
const PAGE_CHARACTERS = 2 * 1024 * 1024;
/** What a page may hold that begins with a long stream: in events, and in characters. */
const LONGEST_STREAM = 10_000;
const LONGEST_STREAM_CHARACTERS = 8 * 1024 * 1024;

/** How many pages are read ahead of the one in use: while one of them is read, another one can be written. */
const AHEAD = 2;

/** Reads all streams behind an aggregate, in pages of a bounded size. While a page is in use, the next two are read. */
export async function* readPages(
  source: StreamSource,
  aggregateType: string,
  after: string | undefined,
): AsyncGenerator<StreamPage> {
  let limit = FIRST_LIMIT;
  let isOver = false;
  const read = async (behind: string | undefined, most = limit): Promise<StreamPage> => {
    const scanned = await source.scanStreams({ aggregateType, after: behind, limit: most });
    const page = toPage(scanned, most);
    const longest = Math.min(LONGEST_STREAM, fitting(scanned, LONGEST_STREAM_CHARACTERS));
    if (page.tooLong !== undefined && most < longest) return read(behind, longest);
    limit = nextLimit(scanned);
    return page;
  };
  // Each page begins where the one before ended.
  const readBehind = async (before: Promise<StreamPage | undefined>): Promise<StreamPage | undefined> => {
    const page = await before;
    return page === undefined || page.isEnd || isOver ? undefined : read(page.last);
  };
  const pages: Promise<StreamPage | undefined>[] = [read(after)];
  try {
    for (;;) {
      while (pages.length <= AHEAD) {
        const next = readBehind(pages.at(-1)!);
        // Awaited when its turn has come: until then nobody hears of its failure.
        next.catch(() => undefined);
        pages.push(next);
      }
      const page = await pages.shift();
      if (page === undefined) return;
      yield page;
    }
  } finally {
    isOver = true;
    await Promise.allSettled(pages);
  }
}

/** If there are as many events as were asked for, the last stream may go on behind them. */
export function toPage(scanned: ScannedStreams, limit: number): StreamPage {
  const isEnd = scanned.length < limit;
  const whole = isEnd ? scanned.length : beginningOfLast(scanned);
  const tooLong = whole === 0 && !isEnd ? scanned.aggregateIdAt(0) : undefined;
  const last = whole === 0 ? tooLong : scanned.aggregateIdAt(whole - 1);
  return { streams: async () => toStreams(await scanned.first(whole)), tooLong, last, isEnd };
}

/** The index of the first event of the last stream. */
function beginningOfLast({ length, aggregateIdAt }: ScannedStreams): number {
  const last = aggregateIdAt(length - 1);
  let index = length - 1;
  while (index > 0 && aggregateIdAt(index - 1) === last) index--;
  return index;
}

function toStreams(events: readonly RecordedEvent[]): readonly Stream[] {
  const streams: RecordedEvent[][] = [];
  for (const event of events) {
    const stream = streams.at(-1);
    if (stream?.[0]?.aggregateId === event.aggregateId) stream.push(event);
    else streams.push([event]);
  }
  return streams;
}

function nextLimit(scanned: ScannedStreams): number {
  if (scanned.length === 0) return FIRST_LIMIT;
  return Math.max(LOWEST_LIMIT, Math.min(HIGHEST_LIMIT, fitting(scanned, PAGE_CHARACTERS)));
}

/** How many events of this size so many characters hold. */
function fitting({ length, size }: ScannedStreams, characters: number): number {
  return Math.floor((length * characters) / Math.max(1, size));
}
