import { jest } from '@jest/globals';
import { PartitionPauses } from './partition-pauses.js';

describe('PartitionPauses', () => {
  const error = { code: 'ECONNREFUSED', message: 'away' };
  const resume = jest.fn<(topic: string, partition: number) => void>();
  let stops: PartitionPauses;

  beforeEach(() => {
    jest.useFakeTimers();
    resume.mockReset();
    stops = new PartitionPauses('group', resume);
  });
  afterEach(() => jest.useRealTimers());

  it('waits twice as long after each failure in a row, up to 30 s, at least half of it', () => {
    const pauses = Array.from({ length: 12 }, () => stops.stop('topic', 0, 'outage', error).pauseMs);

    pauses.forEach((pauseMs, index) => {
      const longest = Math.min(30_000, 100 * 2 ** index);
      expect(pauseMs).toBeGreaterThanOrEqual(longest / 2);
      expect(pauseMs).toBeLessThanOrEqual(longest);
    });
  });

  it('resumes the partition once, after the last failure', () => {
    stops.stop('topic', 0, 'outage', error);
    const { pauseMs } = stops.stop('topic', 0, 'outage', error);

    jest.advanceTimersByTime(pauseMs - 1);
    expect(resume).not.toHaveBeenCalled();
    jest.advanceTimersByTime(60_000);

    expect(resume.mock.calls).toEqual([['topic', 0]]);
  });

  it('counts anew after a success', () => {
    stops.stop('topic', 0, 'outage', error);
    stops.stop('topic', 0, 'outage', error);
    stops.succeed('topic', 0);

    expect(stops.stop('topic', 0, 'outage', error).failures).toBe(1);
  });

  it('counts attempts at a record by themselves, however long an outage lasted before, and the other way round', () => {
    for (let n = 0; n < 9; n++) stops.stop('topic', 0, 'outage', error);

    const attempts = [1, 2, 3, 4].map(() => stops.stop('topic', 0, 'record', error));

    expect(attempts.map(({ failures }) => failures)).toEqual([1, 2, 3, 4]);
    expect(attempts.reduce((sum, { pauseMs }) => sum + pauseMs, 0)).toBeLessThanOrEqual(1_500);
    expect(stops.stop('topic', 0, 'outage', error).failures).toBe(1);
  });

  it('tells which partitions wait, why, and until when', () => {
    stops.stop('topic', 0, 'outage', error);
    const { pauseMs } = stops.stop('topic', 0, 'outage', error);
    stops.stop('topic', 1, 'record', error);
    stops.succeed('topic', 1);

    const nextAttemptAt = new Date(Date.now() + pauseMs).toISOString();
    const stopped = { group: 'group', topic: 'topic', partition: 0, kind: 'outage', failures: 2, error };
    expect(stops.list()).toEqual([{ ...stopped, nextAttemptAt }]);
    jest.advanceTimersByTime(pauseMs);
    expect(stops.list()).toEqual([{ ...stopped, nextAttemptAt }]);
  });

  it('lets go of lost partitions, so that they do not come back paused', () => {
    stops.stop('topic', 0, 'outage', error);
    stops.stop('topic', 1, 'outage', error);

    stops.keepOnly((_, partition) => partition === 1);

    expect(resume.mock.calls).toEqual([['topic', 0]]);
    expect(stops.stop('topic', 1, 'outage', error).failures).toBe(2);
  });
});
