import type { MessageBatch } from '@eventfleet/kafka';
import { StatementNotSent } from '@eventfleet/postgres';
import { takeFirst, PartitionAttempts } from './partition-attempts.js';

function batch(firstOffset: bigint, count: number, partition = 0): MessageBatch {
  const offsets = Array.from({ length: count }, (_, index) => firstOffset + BigInt(index));
  return {
    topic: 'user-events',
    partition,
    identity: { clusterId: 'cluster', topicId: 'topic', partitions: 1 },
    messages: offsets.map((offset) => ({ offset, timestamp: 0, key: null, value: null, headers: {} })),
    firstOffset,
    lastOffset: firstOffset + BigInt(count) - 1n,
    highWatermark: 1_000n,
  };
}

describe('PartitionAttempts', () => {
  it('isolates a batch from its last attempt on, up to its end, in whatever chunks', () => {
    const attempts = new PartitionAttempts(3);
    const failing = batch(10n, 500);
    expect([1, 2, 3].map(() => attempts.recordFailure('list', failing))).toEqual([false, false, true]);

    expect(attempts.isIsolating('list', failing)).toBe(true);
    expect(attempts.isIsolating('list', batch(509n, 500))).toBe(true);
    expect(attempts.isIsolating('list', batch(510n, 500))).toBe(false);
    attempts.recordProgress('list', failing, 210n);
    expect(attempts.isIsolating('list', batch(210n, 500))).toBe(true);
    attempts.recordProgress('list', failing, 510n);
    expect(attempts.isIsolating('list', batch(509n, 500))).toBe(false);
  });

  it('counts failures in a row, each partition and projection by itself', () => {
    const attempts = new PartitionAttempts(2);
    attempts.recordFailure('list', batch(0n, 1));
    expect(attempts.recordFailure('list', batch(0n, 1, 7))).toBe(false);
    expect(attempts.recordFailure('stats', batch(0n, 1))).toBe(false);
    attempts.recordProgress('list', batch(0n, 1), 1n);
    expect(attempts.recordFailure('list', batch(1n, 1))).toBe(false);
    expect(attempts.recordFailure('list', batch(1n, 1))).toBe(true);
  });

  it.each([
    ['takes too long', Object.assign(new Error('time'), { code: '25P04', severity: 'FATAL' })],
    ['does not fit into a statement', new StatementNotSent('', new RangeError('Invalid string length'))],
  ])('halves the chunk each time that it %s, down to a single event', (_, error) => {
    const attempts = new PartitionAttempts(1);
    const failing = batch(0n, 500);
    attempts.recordFailure('list', failing);
    const chunks = Array.from({ length: 10 }, () => {
      const chunk = attempts.chunkSize('list', failing);
      attempts.recordIsolationFailure('list', failing, error);
      return chunk;
    });
    expect(chunks).toEqual([200, 100, 50, 25, 12, 6, 3, 1, 1, 1]);
  });
});

describe('takeFirst', () => {
  it('ends at its last message; the whole keeps its own end', () => {
    expect(takeFirst(batch(5n, 9), 2)).toMatchObject({ firstOffset: 5n, lastOffset: 6n });
    const whole = { ...batch(5n, 2), lastOffset: 99n };
    expect(takeFirst(whole, 2).lastOffset).toBe(99n);
  });
});
