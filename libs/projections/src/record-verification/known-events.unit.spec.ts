import { jest } from '@jest/globals';
import type { EventIdentity, EventSource } from '../event-source.js';
import { KnownEvents } from './known-events.js';

const event = (eventId: string, more: Partial<EventIdentity> = {}): EventIdentity => ({
  eventId,
  aggregateType: 'user',
  aggregateId: 'ada',
  version: 1,
  ...more,
});

/** A store that lacks some events, and notes what it is asked for. */
function storeWithout(...missing: string[]) {
  const asked: string[][] = [];
  const lost = new Set(missing);
  const source: EventSource = {
    findUnknown: async (events) => {
      asked.push(events.map(({ eventId }) => eventId));
      return events.filter(({ eventId }) => lost.has(eventId));
    },
    readStream: () => Promise.reject(new Error('not asked')),
  };
  return { source, asked, lost };
}

describe('known events', () => {
  it('are asked for once, also while the answer is under way', async () => {
    const { source, asked } = storeWithout();
    const known = new KnownEvents(source);
    const both = [known.areKnown([event('1')]), known.areKnown([event('1'), event('2')])];
    expect(await Promise.all(both)).toEqual([true, true]);
    expect(await known.areKnown([event('1'), event('2')])).toBe(true);
    expect(asked).toEqual([['1', '2']]);
  });

  it('are asked for together, and each batch has its own answer', async () => {
    const { source, asked } = storeWithout('2');
    const known = new KnownEvents(source);
    const batches = [['1'], ['2', '3'], ['4']].map((ids) => known.areKnown(ids.map((id) => event(id))));
    expect(await Promise.all(batches)).toEqual([true, false, true]);
    expect(asked).toEqual([['1', '2', '3', '4']]);
  });

  it('are asked for with those that came while the store was answering, by a bounded number', async () => {
    const { source, asked } = storeWithout();
    const known = new KnownEvents(source);
    const batch = (count: number, name: string) =>
      known.areKnown(Array.from({ length: count }, (_, index) => event(`${name}-${index}`)));
    const batches = [batch(600, 'a'), batch(600, 'b'), batch(600, 'c')];
    await Promise.all(batches);
    expect(asked.map((ids) => ids.length)).toEqual([1_200, 600]);
  });

  it.each<[string, Partial<EventIdentity>]>([
    ['another aggregate', { aggregateId: 'bob' }],
    ['another version', { version: 2 }],
    ['another type', { aggregateType: 'order' }],
  ])('are other ones with %s', async (_, more) => {
    const { source, asked } = storeWithout();
    const known = new KnownEvents(source);
    await known.areKnown([event('1')]);
    await known.areKnown([event('1', more)]);
    expect(asked).toEqual([['1'], ['1']]);
  });

  it('are asked for again if the store lacked one, or did not answer', async () => {
    const { source, asked, lost } = storeWithout('2');
    const known = new KnownEvents(source);
    expect(await known.areKnown([event('1'), event('2')])).toBe(false);
    lost.clear();
    expect(await known.areKnown([event('1'), event('2')])).toBe(true);
    expect(asked).toHaveLength(2);

    let isAway = true;
    const findUnknown: EventSource['findUnknown'] = async (events) => {
      if (isAway) throw new Error('away');
      return source.findUnknown(events);
    };
    const recovering = new KnownEvents({ ...source, findUnknown });
    await expect(recovering.areKnown([event('3')])).rejects.toThrow('away');
    isAway = false;
    expect(await recovering.areKnown([event('3')])).toBe(true);
  });

  it('are asked for again a moment later', async () => {
    const now = jest.spyOn(performance, 'now').mockReturnValue(0);
    const { source, asked } = storeWithout();
    const known = new KnownEvents(source);
    await known.areKnown([event('1')]);
    for (const time of [29, 59]) {
      now.mockReturnValue(time);
      await known.areKnown([event('1')]);
    }
    expect(asked).toHaveLength(1);
    for (const time of [90, 10_000]) {
      now.mockReturnValue(time);
      await known.areKnown([event('1')]);
    }
    expect(asked).toHaveLength(3);
    now.mockRestore();
  });
});
