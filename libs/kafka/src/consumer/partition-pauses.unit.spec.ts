import { jest } from '@jest/globals';
import { PartitionPauses } from './partition-pauses.js';

describe('PartitionPauses', () => {
  const resume = jest.fn<(topic: string, partition: number) => void>();
  let stops: PartitionPauses;

  beforeEach(() => {
    jest.useFakeTimers();
    resume.mockReset();
    stops = new PartitionPauses('group', resume);
  });
  afterEach(() => jest.useRealTimers());

  it('waits twice as long after each failure in a row, up to 30 s, at least half of it', () => {
    const pauses = Array.from({ length: 12 }, () => stops.stop('topic', 0, 'outage').pauseMs);

    pauses.forEach((pauseMs, index) => {
      const longest = Math.min(30_000, 100 * 2 ** index);
      expect(pauseMs).toBeGreaterThanOrEqual(longest / 2);
      expect(pauseMs).toBeLessThanOrEqual(longest);
    });
  });

  it('resumes the partition once, after the last failure', () => {
    stops.stop('topic', 0, 'outage');
    const { pauseMs } = stops.stop('topic', 0, 'outage');

    jest.advanceTimersByTime(pauseMs - 1);
    expect(resume).not.toHaveBeenCalled();
    jest.advanceTimersByTime(60_000);

    expect(resume.mock.calls).toEqual([['topic', 0]]);
  });

  it('counts anew after a success', () => {
    stops.stop('topic', 0, 'outage');
    stops.stop('topic', 0, 'outage');
    stops.succeed('topic', 0);

    expect(stops.stop('topic', 0, 'outage').failures).toBe(1);
  });

  it('counts attempts at a record by themselves, however long an outage lasted before, and the other way round', () => {
    for (let n = 0; n < 9; n++) stops.stop('topic', 0, 'outage');

    const attempts = [1, 2, 3, 4].map(() => stops.stop('topic', 0, 'record'));

    expect(attempts.map(({ failures }) => failures)).toEqual([1, 2, 3, 4]);
    expect(attempts.reduce((sum, { pauseMs }) => sum + pauseMs, 0)).toBeLessThanOrEqual(1_500);
    expect(stops.stop('topic', 0, 'outage').failures).toBe(1);
  });

  it('lets go of lost partitions, so that they do not come back paused', () => {
    stops.stop('topic', 0, 'outage');
    stops.stop('topic', 1, 'outage');

    stops.keepOnly((_, partition) => partition === 1);

    expect(resume.mock.calls).toEqual([['topic', 0]]);
    expect(stops.stop('topic', 1, 'outage').failures).toBe(2);
  });
});
