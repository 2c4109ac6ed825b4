import type { RecordedEvent } from '@eventfleet/contracts';
import { history } from '../runtime/record-batches.fixture.js';
import { readPages, toPage } from './streams.js';

const streams = [history(2), history(1), history(3)].toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
const events = streams.flat();

function idOf(stream: readonly { readonly aggregateId: string }[]): string {
  return stream[0]!.aggregateId;
}

function scanned(all: readonly RecordedEvent[]) {
  return {
    length: all.length,
    size: all.reduce((sum, { data }) => sum + data.length, 0),
    aggregateIdAt: (index: number) => all[index]!.aggregateId,
    first: async (count: number) => all.slice(0, count),
  };
}

async function pageOf(all: readonly RecordedEvent[], limit: number) {
  const page = toPage(scanned(all), limit);
  return { ...page, streams: await page.streams() };
}

interface Place {
  readonly after: string | undefined;
}

describe('a page of streams', () => {
  it('has all of them if there are fewer events than were asked for', async () => {
    const last = idOf(streams[2]!);
    expect(await pageOf(events, 7)).toEqual({ streams, tooLong: undefined, last, isEnd: true });
    expect(await pageOf([], 7)).toEqual({ streams: [], tooLong: undefined, last: undefined, isEnd: true });
  });

  it('leaves the last one to the next page if it may be cut off', async () => {
    expect(await pageOf(events, 6)).toEqual({
      streams: streams.slice(0, 2),
      tooLong: undefined,
      last: idOf(streams[1]!),
      isEnd: false,
    });
  });

  it('names a stream that is longer than a page', async () => {
    const long = history(5);

    const id = idOf(long);
    expect(await pageOf(long, 5)).toEqual({ streams: [], tooLong: id, last: id, isEnd: false });
  });

  async function readAll(all: readonly (readonly RecordedEvent[])[]) {
    const flat = all.flat();
    const asked: number[] = [];
    const behind = ({ after = '', upTo = '~' }: Place & { upTo?: string | undefined }) =>
      flat.filter(({ aggregateId }) => aggregateId > after && aggregateId <= upTo);
    const source = {
      estimateEvents: async () => 0,
      readStream: async () => [],
      findUnknown: async () => [],
      findAggregate: async ({ after, events: count }: Place & { events: number }) =>
        behind({ after })[count - 1]?.aggregateId,
      scanStreams: async ({ limit, ...range }: Place & { upTo: string | undefined; limit: number }) => {
        asked.push(limit);
        return scanned(behind(range).slice(0, limit));
      },
    };
    const found: unknown[] = [];
    const tooLong: unknown[] = [];
    for await (const page of readPages(source, 'user', undefined)) {
      expect(page.last).toBeDefined();
      found.push(...(await page.streams()));
      if (page.tooLong !== undefined) tooLong.push(page.tooLong);
    }
    return { found, tooLong, asked };
  }

  const sorted = (all: readonly RecordedEvent[][]) => all.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1));

  it('follows the one before, to the end, whatever the size of the events', async () => {
    const many = sorted(Array.from({ length: 5_000 }, () => history(2)));

    const { found, asked } = await readAll(many);

    expect(found).toEqual(many);
    expect(asked.length).toBeGreaterThan(1);
    expect(Math.max(...asked)).toBeLessThanOrEqual(2_500);
  });

  it('is larger for a long stream, up to a bound', async () => {
    const [long, tooLong, short] = [history(4_000), history(12_000), history(1)];

    const read = await readAll(sorted([long, tooLong, short]));

    expect(read.found).toEqual(sorted([long, short]));
    expect(read.tooLong).toEqual([idOf(tooLong)]);
  });

  it('follows a stream that is too long, and that ends a range', async () => {
    const many = sorted([...Array.from({ length: 4_000 }, () => history(1)), history(12_000)]);

    const { found, tooLong } = await readAll(many);

    expect(found).toEqual(many.filter(({ length }) => length === 1));
    expect(tooLong).toHaveLength(1);
  });

  it('holds no more of a long stream than fits, if its events are large', async () => {
    const large = history(3_000).map((event) => ({ ...event, data: 'x'.repeat(5_000) }));

    const { tooLong, asked } = await readAll([large]);

    expect(tooLong).toEqual([idOf(large)]);
    expect(Math.max(...asked)).toBeLessThanOrEqual(2_000);
  });
});
