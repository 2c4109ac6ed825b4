import type { RecordedEvent } from '@eventfleet/contracts';
import { completeStreams } from './complete-streams.js';

const event = (aggregateId: string, version: number) => ({ aggregateId, version }) as RecordedEvent;

describe('the streams of a page', () => {
  it('are complete if fewer events came than were asked for', () => {
    const events = [event('a', 1), event('a', 2), event('c', 1)];
    const found = completeStreams({ keys: ['a', 'b', 'c'], isLast: true }, events, 4);

    expect(found).toMatchObject({ keys: ['a', 'b', 'c'], isLast: true, tooLong: undefined });
    expect(found.streams.get('a')).toHaveLength(2);
  });

  it('end before the one that may be cut off', () => {
    const events = [event('a', 1), event('a', 2), event('c', 1)];

    expect(completeStreams({ keys: ['a', 'b', 'c', 'd'], isLast: true }, events, 3)).toMatchObject({
      keys: ['a', 'b'],
      isLast: false,
      tooLong: undefined,
    });
  });

  it('are none if the first one alone is too long; it is passed over', () => {
    const events = [event('b', 1), event('b', 2)];

    expect(completeStreams({ keys: ['b', 'c'], isLast: true }, events, 2)).toMatchObject({
      keys: ['b'],
      isLast: false,
      tooLong: 'b',
    });
    expect(completeStreams({ keys: ['b'], isLast: true }, events, 2)).toMatchObject({ isLast: true });
  });
});
