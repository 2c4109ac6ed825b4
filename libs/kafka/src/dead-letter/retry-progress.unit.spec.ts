import fc from 'fast-check';
import {
  assertStorable,
  countWaiting,
  isRetried,
  withRetried,
  type RetryProgress,
} from './retry-progress.js';

describe('the progress of retries', () => {
  it('remembers exactly what was retried, in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt(5n, 30n)), (offsets) => {
        const start: RetryProgress = { next: 5n, single: [] };
        const progress = offsets.reduce(withRetried, start);

        const all = Array.from({ length: 26 }, (_, index) => BigInt(5 + index));
        expect(all.filter((offset) => isRetried(progress, offset))).toEqual(
          all.filter((offset) => offsets.includes(offset)),
        );
        expect(countWaiting(progress, 31n)).toBe(26 - new Set(offsets).size);
        expect(progress.single).not.toContain(progress.next);
      }),
    );
  });

  it('refuses to grow beyond what Kafka keeps beside an offset', () => {
    const scattered = Array.from({ length: 2_000 }, (_, index) => BigInt(index * 2 + 1));
    const progress = { next: 0n, single: scattered };

    expect(() => assertStorable(progress)).toThrow('retry the whole topic first');
  });
});
