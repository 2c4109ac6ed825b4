import { addTo, missingFrom, sumContributions } from './sum-counters.js';

const letters = { addedBy: (contribution: string) => new Map(Array.from(contribution, (each) => [each, 1])) };

describe('counters', () => {
  it('are the sum of all contributions', () => {
    const sum = sumContributions(letters, [
      { contribution: 'a', count: 3 },
      { contribution: 'ab', count: 2 },
      { contribution: '', count: 9 },
    ]);
    expect(sum).toEqual(
      new Map([
        ['a', 5],
        ['b', 2],
      ]),
    );
  });

  it('miss what they show too little, and are told to give back what they show too much', () => {
    const shown = new Map([
      ['a', 1],
      ['b', 5],
      ['c', 2],
      ['d', 0],
    ]);
    const expected = new Map([
      ['a', 1],
      ['b', 3],
      ['e', 4],
    ]);
    const missing = missingFrom(shown, expected);
    expect(missing).toEqual(
      new Map([
        ['b', -2],
        ['c', -2],
        ['e', 4],
      ]),
    );

    addTo(shown, missing);

    expect(missingFrom(shown, expected)).toEqual(new Map());
  });
});
