import { splitIntoSends } from './split-into-sends.js';

const message = (partition: number, size: number) => ({
  partition,
  key: 'k',
  value: 'x'.repeat(size),
  headers: {},
});

describe('splitIntoSends', () => {
  it('keeps together what fits', () => {
    const messages = [message(0, 100), message(1, 100), message(0, 100)];
    expect(splitIntoSends(messages)).toEqual([messages]);
    expect(splitIntoSends([])).toEqual([]);
  });

  it('splits before a partition has too much, and keeps the order', () => {
    const messages = Array.from({ length: 10 }, (_, index) => message(index % 2, 100_000 + index));
    const sends = splitIntoSends(messages);
    expect(sends.length).toBeGreaterThan(1);
    expect(sends.flat()).toEqual(messages);
  });

  it('sends a message alone that is too big for any', () => {
    const messages = [message(0, 10), message(0, 500_000), message(0, 10)];
    expect(splitIntoSends(messages).map(({ length }) => length)).toEqual([1, 1, 1]);
  });
});
