import { jest } from '@jest/globals';
import { silent } from '../kafka.fixture.js';
import { OffsetCommitter, type PartitionOffset } from './offset-committer.js';

describe('OffsetCommitter', () => {
  const commit = jest.fn<(offsets: PartitionOffset[]) => Promise<void>>();
  let committer: OffsetCommitter;

  beforeEach(() => {
    jest.useFakeTimers();
    commit.mockReset().mockResolvedValue();
    committer = new OffsetCommitter(commit, silent);
  });
  afterEach(() => jest.useRealTimers());

  it('commits the last offset of each partition, twice a second at most', async () => {
    for (let next = 1n; next <= 100n; next++) {
      committer.note('topic', 0, next);
      await jest.advanceTimersByTimeAsync(10);
    }
    await jest.advanceTimersByTimeAsync(1_000);

    expect(commit.mock.calls.length).toBeLessThanOrEqual(3);
    expect(commit.mock.lastCall).toEqual([[{ topic: 'topic', partition: 0, offset: '100' }]]);
  });

  it('arms no timer when there is nothing to commit', async () => {
    committer.note('topic', 0, 1n);
    await jest.advanceTimersByTimeAsync(500);

    expect(commit).toHaveBeenCalledTimes(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('carries offsets that could not be committed to the next time', async () => {
    commit.mockRejectedValueOnce(new Error('no coordinator'));
    committer.note('topic', 0, 5n);
    await committer.flush();
    committer.note('topic', 1, 7n);
    await committer.flush();

    expect(commit.mock.lastCall).toEqual([
      [
        { topic: 'topic', partition: 0, offset: '5' },
        { topic: 'topic', partition: 1, offset: '7' },
      ],
    ]);
  });

  it('does not commit for a partition that was lost', async () => {
    committer.note('topic', 0, 5n);
    committer.keepOnly(() => false);
    await committer.flush();

    expect(commit).not.toHaveBeenCalled();
  });
});
