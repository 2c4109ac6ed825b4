import { clockDifference } from './clock-difference.js';

describe('the difference of two clocks', () => {
  it('is that in the middle of the quickest question', () => {
    const slow = { before: 1_000, server: 9_000, after: 3_000 };
    const quick = { before: 5_000, server: 5_150, after: 5_020 };

    expect(clockDifference([slow, quick, slow])).toEqual({ ms: 140, uncertaintyMs: 10 });
  });

  it('is negative if the server is behind', () => {
    expect(clockDifference([{ before: 1_000, server: 400, after: 1_000 }])).toEqual({
      ms: -600,
      uncertaintyMs: 0,
    });
  });
});
