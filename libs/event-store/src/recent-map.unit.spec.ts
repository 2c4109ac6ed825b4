import { RecentMap } from './recent-map.js';

describe('RecentMap', () => {
  it('gives what was set last', () => {
    const map = new RecentMap<number>(4);
    map.set('a', 1);
    map.set('b', 2);
    map.set('c', 3);
    map.set('a', 4);
    expect(['a', 'b', 'c', 'd'].map((key) => map.get(key))).toEqual([4, 2, 3, undefined]);
    map.clear();
    expect(map.get('a')).toBeUndefined();
  });

  it('keeps half of its maximum by their last use, and forgets what is older than twice that', () => {
    const map = new RecentMap<number>(100);
    for (let n = 0; n < 1_000; n++) {
      map.set(String(n), n);
      map.get('0');
    }
    const isKept = (n: number) => map.get(String(n)) !== undefined;
    expect(Array.from({ length: 900 }, (_, n) => n).filter(isKept)).toEqual([0]);
    expect(Array.from({ length: 49 }, (_, n) => 951 + n).every(isKept)).toBe(true);
  });
});
