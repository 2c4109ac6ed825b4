import { count, duration, list } from './words.js';

describe('words', () => {
  it.each([
    [-5, '0 s'],
    [340, '0.3 s'],
    [3_000, '3 s'],
    [59_400, '59 s'],
    [300_000, '5 min'],
    [7_300_000, '2 h'],
    [400_000_000, '5 days'],
  ])('say %s ms', (ms, text) => expect(duration(ms)).toBe(text));

  it('count and list', () => {
    expect([count(1, 'event'), count(2n, 'record')]).toEqual(['1 event', '2 records']);
    expect([list([]), list(['a']), list(['a', 'b']), list(['a', 'b', 'c'])]).toEqual([
      '',
      'a',
      'a and b',
      'a, b and c',
    ]);
  });
});
