import { pageKeys } from './page-keys.js';

describe('the keys of a page', () => {
  it('are those of all places, each once, in order', () => {
    expect(pageKeys([['b', 'd'], ['a', 'b'], []], 5)).toEqual({ keys: ['a', 'b', 'd'], isLast: true });
  });

  it('end where a place that may have more has ended', () => {
    expect(pageKeys([['a', 'b'], ['c', 'd'], ['a']], 2)).toEqual({ keys: ['a', 'b'], isLast: false });
    expect(pageKeys([['a', 'x'], ['b', 'c'], []], 2)).toEqual({ keys: ['a', 'b'], isLast: false });
  });

  it('are no more than were asked for', () => {
    expect(pageKeys([['a'], ['b'], ['c']], 2)).toEqual({ keys: ['a', 'b'], isLast: false });
  });

  it('reach every key exactly once, page after page', () => {
    const places = [
      ['a', 'c', 'e', 'g'],
      ['b', 'c', 'd'],
      ['a', 'h'],
    ];
    const seen: string[] = [];
    for (let isLast = false; !isLast;) {
      const after = seen.at(-1) ?? '';
      const page = pageKeys(
        places.map((keys) => keys.filter((key) => key > after).slice(0, 2)),
        2,
      );
      seen.push(...page.keys);
      isLast = page.isLast;
    }
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'e', 'g', 'h']);
  });

  it('are none of empty places', () => {
    expect(pageKeys([[], [], []], 2)).toEqual({ keys: [], isLast: true });
  });
});
