import { jest } from '@jest/globals';
import type { MessageBatch } from '../consumer/message-batch.js';
import { recordByRecord } from './record-by-record.js';

/** Offsets 10, 12, 14, …: the log has holes. */
function batchOf(count: number): MessageBatch {
  const messages = Array.from({ length: count }, (_, index) => ({
    offset: BigInt(10 + 2 * index),
    key: null,
    value: null,
    timestamp: 0,
  }));
  return {
    topic: 'commands',
    partition: 0,
    identity: { clusterId: 'c', topicId: 't', partitions: 1 },
    messages,
    firstOffset: 9n,
    lastOffset: BigInt(10 + 2 * count),
    highWatermark: 100n,
  };
}

describe('recordByRecord', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('handles the records in order, and goes on behind the batch', async () => {
    const seen: bigint[] = [];
    const handle = recordByRecord(async ({ offset }) => void seen.push(offset));

    expect(await handle(batchOf(3))).toEqual({ next: 17n });
    expect(seen).toEqual([10n, 12n, 14n]);
  });

  it('leaves where to begin to the group', async () => {
    const handle = recordByRecord(() => Promise.reject(new Error('not to be called')));

    expect(await handle({ ...batchOf(0), firstOffset: -1n, lastOffset: -2n })).toEqual({ next: -1n });
  });

  it('throws where the first one fails', async () => {
    const failure = new Error('no');
    const handle = recordByRecord(() => Promise.reject(failure));

    await expect(handle(batchOf(3))).rejects.toBe(failure);
  });

  it('keeps what it did before another one failed, and goes on from there', async () => {
    const seen: bigint[] = [];
    const handle = recordByRecord(async ({ offset }) => {
      if (offset === 14n) throw new Error('no');
      seen.push(offset);
    });

    expect(await handle(batchOf(4))).toEqual({ next: 14n });
    expect(seen).toEqual([10n, 12n]);
  });

  it('leaves the rest for later when it took long', async () => {
    jest.useFakeTimers();
    const handle = recordByRecord(async () => {
      jest.advanceTimersByTime(1_500);
    });

    expect(await handle(batchOf(9))).toEqual({ next: 14n });
  });
});
