import { jest } from '@jest/globals';
import { RunnerClass } from '../kafkajs-internals.js';
import { patchEmptyBatches } from './empty-batches.patch.js';

const empty = { rawMessages: [] };
const full = { rawMessages: ['a record'] };

describe('a fetch of kafkajs', () => {
  beforeAll(() => patchEmptyBatches());

  /** Just what kafkajs's method touches. */
  const runner = (batches: readonly object[]) => ({
    running: true,
    heartbeat: jest.fn(() => Promise.resolve()),
    instrumentationEmitter: { emit: () => undefined },
    consumerGroup: { fetch: () => Promise.resolve(batches) },
  });

  it.each([
    ['some partitions brought records', [empty, full, empty], [full], 0],
    ['none did', [empty, empty], [], 1],
    ['there was none to ask for', [], [], 1],
  ])('gives no partition without records to its workers: %s', async (_, batches, given, heartbeats) => {
    const fake = runner(batches);

    expect(await RunnerClass.prototype.fetch.call(fake as never, 1)).toEqual(given);
    expect(fake.heartbeat).toHaveBeenCalledTimes(heartbeats);
  });
});
