import type { RecordedEvent } from '@eventfleet/contracts';
import type { StreamSource } from './rebuild-context.js';

/** All events of one aggregate, by version. */
export type Stream = readonly RecordedEvent[];

/** Whole streams of consecutive aggregates. */
export interface StreamPage {
  readonly streams: readonly Stream[];
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
/** A page for a single stream. */
const LONGEST_STREAM = 10_000;
/** How much data a page is meant to hold, in characters. */
const PAGE_CHARACTERS = 2 * 1024 * 1024;

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
    const events = await source.scanStreams({ aggregateType, after: behind, limit: most });
    const page = toPage(events, most);
    if (page.tooLong !== undefined && most < LONGEST_STREAM) return read(behind, LONGEST_STREAM);
    limit = nextLimit(events);
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
export function toPage(events: readonly RecordedEvent[], limit: number): StreamPage {
  const streams: RecordedEvent[][] = [];
  for (const event of events) {
    const stream = streams.at(-1);
    if (stream?.[0]?.aggregateId === event.aggregateId) stream.push(event);
    else streams.push([event]);
  }
  const isEnd = events.length < limit;
  const cutOff = isEnd ? undefined : streams.pop()?.[0]?.aggregateId;
  const tooLong = streams.length === 0 ? cutOff : undefined;
  return { streams, tooLong, last: streams.at(-1)?.[0]?.aggregateId ?? tooLong, isEnd };
}

function nextLimit(events: readonly RecordedEvent[]): number {
  if (events.length === 0) return FIRST_LIMIT;
  const characters = events.reduce((sum, { data }) => sum + data.length, 0);
  const fitting = Math.floor((events.length * PAGE_CHARACTERS) / Math.max(1, characters));
  return Math.max(LOWEST_LIMIT, Math.min(HIGHEST_LIMIT, fitting));
}
