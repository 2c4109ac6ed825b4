import { createSecretKey, randomBytes } from 'node:crypto';
import { jest } from '@jest/globals';
import { KEY_CACHE_MS, RecentKeys } from './recent-keys.js';

const key = { kid: 'k', secret: createSecretKey(randomBytes(32)) };

/** All keys that it still has in memory. */
function keptBy(keys: RecentKeys): number {
  const { recent, earlier } = keys as unknown as Record<string, { keys: Map<string, unknown> }>;
  return recent!.keys.size + earlier!.keys.size;
}

describe('recent keys', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it('are given out for five seconds at most, however rarely they are looked at', () => {
    // No timer runs meanwhile, as in a process that is busy or frozen.
    let now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    for (const step of [1, 700, 2_400, 2_600, 4_900, 5_000, 9_000]) {
      const keys = new RecentKeys();
      now += 1_300;
      keys.set('a', key);
      const ages = Array.from({ length: Math.ceil(20_000 / step) }, (_, index) => (index + 1) * step);
      const given = ages.filter((age, index) => {
        now += age - (ages[index - 1] ?? 0);
        return keys.get('a') !== undefined;
      });
      expect([step, given.filter((age) => age >= KEY_CACHE_MS)]).toEqual([step, []]);
    }
  });

  it('are given out for half of that at least', () => {
    const keys = new RecentKeys();
    jest.advanceTimersByTime(2_499);
    keys.set('a', key);
    jest.advanceTimersByTime(2_499);
    expect(keys.get('a')).toBe(key);
  });

  it('leave memory also if nobody asks, and nothing is left that wakes the process', () => {
    const keys = new RecentKeys();
    keys.set('a', key);
    expect(keptBy(keys)).toBe(1);
    jest.advanceTimersByTime(KEY_CACHE_MS + 2_500);
    expect(keptBy(keys)).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('are forgotten one by one, and bounded', () => {
    const keys = new RecentKeys();
    for (let n = 0; n < 30_000; n++) keys.set(`${n}`, key);
    expect(keptBy(keys)).toBeLessThanOrEqual(10_000);
    expect(keys.get('29999')).toBe(key);
    keys.delete('29999');
    expect(keys.get('29999')).toBeUndefined();
  });
});
