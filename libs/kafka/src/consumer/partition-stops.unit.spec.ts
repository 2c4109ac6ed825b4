import { jest } from '@jest/globals';
import { PartitionStops } from './partition-stops.js';

describe('PartitionStops', () => {
  const resume = jest.fn<(topic: string, partition: number) => void>();
  let stops: PartitionStops;

  beforeEach(() => {
    jest.useFakeTimers();
    resume.mockReset();
    stops = new PartitionStops('group', resume);
  });
  afterEach(() => jest.useRealTimers());

  it('waits twice as long after each failure in a row, up to 30 s, at least half of it', () => {
    const pauses = Array.from({ length: 12 }, () => stops.stop('topic', 0).pauseMs);

    pauses.forEach((pauseMs, index) => {
      const longest = Math.min(30_000, 100 * 2 ** index);
      expect(pauseMs).toBeGreaterThanOrEqual(longest / 2);
      expect(pauseMs).toBeLessThanOrEqual(longest);
    });
  });

  it('resumes the partition once, after the last failure', () => {
    stops.stop('topic', 0);
    const { pauseMs } = stops.stop('topic', 0);

    jest.advanceTimersByTime(pauseMs - 1);
    expect(resume).not.toHaveBeenCalled();
    jest.advanceTimersByTime(60_000);

    expect(resume.mock.calls).toEqual([['topic', 0]]);
  });

  it('counts anew after a success', () => {
    stops.stop('topic', 0);
    stops.stop('topic', 0);
    stops.succeed('topic', 0);

    expect(stops.stop('topic', 0).failures).toBe(1);
  });

  it('lets go of lost partitions, so that they do not come back paused', () => {
    stops.stop('topic', 0);
    stops.stop('topic', 1);

    stops.keepOnly((_, partition) => partition === 1);

    expect(resume.mock.calls).toEqual([['topic', 0]]);
    expect(stops.stop('topic', 1).failures).toBe(2);
  });
});
