import type { TailEvent } from '@eventfleet/event-store';
import { event } from './tail-event.fixture.js';
import { splitIntoRounds } from './split-into-rounds.js';

const stored = (aggregateId: string, version: number): TailEvent => ({
  position: { transactionId: '1', globalPosition: '1' },
  event: { ...event(aggregateId, version), globalPosition: '1' },
});

describe('splitIntoRounds', () => {
  it('keeps the order of each aggregate, one event of it a wave, in as few waves as can be', () => {
    const events = [
      stored('a', 1),
      stored('b', 1),
      stored('a', 2),
      stored('c', 7),
      stored('a', 3),
      stored('b', 2),
    ];
    const waves = splitIntoRounds(events).map((wave) =>
      wave.map((each) => `${each.event.aggregateId}${each.event.version}`),
    );
    expect(waves).toEqual([['a1', 'b1', 'c7'], ['a2', 'b2'], ['a3']]);
    expect(splitIntoRounds([])).toEqual([]);
  });
});
