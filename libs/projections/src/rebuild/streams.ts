import type { RecordedEvent } from '@eventfleet/contracts';
import type { StreamSource } from './rebuild-context.js';

/** All events of one aggregate, by version. */
export type Stream = readonly RecordedEvent[];

/** Whole streams of consecutive aggregates. */
export interface StreamPage {
  readonly streams: readonly Stream[];
  /** A stream that is longer than a page, and so not among them. */
  readonly tooLong: string | undefined;
  /** The last aggregate that the page covers; undefined if there is none. */
  readonly last: string | undefined;
  readonly isEnd: boolean;
}

const FIRST_LIMIT = 2_000;
const LOWEST_LIMIT = 100;
const HIGHEST_LIMIT = 10_000;
/** How much data a page is meant to hold, in characters. */
const PAGE_CHARACTERS = 2 * 1024 * 1024;

/**
 * Reads all streams behind an aggregate, in pages of a bounded size. While a page is in use, the next one is read.
 */
export async function* readPages(
  source: StreamSource,
  aggregateType: string,
  after: string | undefined,
): AsyncGenerator<StreamPage> {
  let limit = FIRST_LIMIT;
  const read = async (behind: string | undefined): Promise<StreamPage> => {
    const events = await source.scanStreams({ aggregateType, after: behind, limit });
    const page = toPage(events, limit);
    limit = nextLimit(events);
    return page;
  };
  let next = read(after);
  try {
    for (;;) {
      const page = await next;
      if (!page.isEnd) {
        next = read(page.last);
        // Awaited when the page is used up: until then nobody hears of its failure.
        next.catch(() => undefined);
      }
      yield page;
      if (page.isEnd) return;
    }
  } finally {
    await next.catch(() => undefined);
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
