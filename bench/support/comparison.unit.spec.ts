import { atLeast, atMost, isMet, ratioOf, type Comparison } from './comparison.ts';
import { renderTable } from './table.ts';

const cpu: Comparison = {
  name: 'peers',
  ours: { label: 'fleet', unit: 'ms', values: [0.2, 0.2, 0.25] },
  beside: { label: 'Axon', unit: 'ms', values: [1, 1.2, 1] },
  timesLess: true,
  targets: [atLeast(5)],
};

describe('a comparison', () => {
  it('says how many times as much, round by round, or how many times less', () => {
    expect(ratioOf({ ...cpu, timesLess: false }).median).toBeCloseTo(0.2);
    expect(ratioOf(cpu)).toEqual({ median: 5, min: 4, max: expect.closeTo(6) });
  });

  it('meets a target by the median', () => {
    expect(isMet(cpu, atLeast(5))).toBe(true);
    expect(isMet(cpu, atLeast(5.1))).toBe(false);
    expect(isMet(cpu, atMost(0.2, 'ours'))).toBe(true);
  });

  it('shows a miss in the table', () => {
    const missed = { ...cpu, targets: [atLeast(9)] };
    expect(renderTable([missed])).toContain('| 5.00 times less (4.00 to 6.00) | ≥ 9 ✗  |');
  });
});
