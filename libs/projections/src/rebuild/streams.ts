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

/** How many ranges are read ahead of the one in use. */
const AHEAD = 2;
/** Of a page, the share that a range is to fill: its last stream may go on behind that. */
const FILLED = 0.8;

/** Consecutive aggregates. */
interface Range {
  /** The last one before it; undefined for none. */
  readonly after: string | undefined;
  /** Its last one; undefined for the last one of all. */
  readonly upTo: string | undefined;
}

/** Of which the first page is under way. */
interface StartedRange extends Range {
  readonly first: Promise<StreamPage>;
}

/**
 * Reads all streams behind an aggregate, in pages of a bounded size. Where a range ends, the index says before it is
 * read. So while a page is in use, two more are read at a time: one alone would wait for whoever takes it apart. No page
 * is empty.
 */
export async function* readPages(
  source: StreamSource,
  aggregateType: string,
  after: string | undefined,
): AsyncGenerator<StreamPage> {
  let limit = FIRST_LIMIT;
  let isOver = false;
  const read = async (range: Range, most = limit): Promise<StreamPage> => {
    const scanned = await source.scanStreams({ aggregateType, ...range, limit: most });
    const page = toPage(scanned, most);
    const longest = Math.min(LONGEST_STREAM, fitting(scanned, LONGEST_STREAM_CHARACTERS));
    if (page.tooLong !== undefined && most < longest) return read(range, longest);
    limit = nextLimit(scanned);
    return page;
  };
  const start = async (behind: string | undefined): Promise<StartedRange> => {
    const events = Math.floor(limit * FILLED);
    const range = {
      after: behind,
      upTo: await source.findAggregate({ aggregateType, after: behind, events }),
    };
    const first = read(range);
    // Awaited when its turn has come: until then nobody hears of its failure.
    first.catch(() => undefined);
    return { ...range, first };
  };
  const startBehind = async (
    before: Promise<StartedRange | undefined>,
  ): Promise<StartedRange | undefined> => {
    const { upTo } = (await before) ?? {};
    return upTo === undefined || isOver ? undefined : start(upTo);
  };
  const ranges: Promise<StartedRange | undefined>[] = [start(after)];
  try {
    for (;;) {
      while (ranges.length <= AHEAD) {
        const next = startBehind(ranges.at(-1)!);
        next.catch(() => undefined);
        ranges.push(next);
      }
      const range = await ranges.shift();
      if (range === undefined) return;
      for (let page = await range.first; ; page = await read({ ...range, after: page.last })) {
        // Behind a stream that is too long there may be nothing in its range.
        if (page.last !== undefined) yield page;
        if (page.isEnd) break;
      }
    }
  } finally {
    isOver = true;
    for (const started of await Promise.allSettled(ranges))
      if (started.status === 'fulfilled') await started.value?.first.catch(() => undefined);
  }
}

/** If there are as many events as were asked for, the last stream may go on behind them; if not, the range ends. */
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
