import { setImmediate as nextTick } from 'node:timers/promises';
import { pollUntilStopped } from './poll-until-stopped.js';

const LONG_MS = 1_000_000;
const unexpected = (error: unknown): never => {
  throw error;
};

describe('pollUntilStopped', () => {
  it('runs the first turn at once, then one after the other', async () => {
    const { promise: enough, resolve } = Promise.withResolvers<void>();
    let [turns, underWay, mostUnderWay] = [0, 0, 0];
    const loop = pollUntilStopped(
      async () => {
        mostUnderWay = Math.max(mostUnderWay, ++underWay);
        await nextTick();
        underWay--;
        if (++turns === 3) resolve();
        return { pauseMs: 0 };
      },
      { onError: unexpected },
    );

    expect(underWay).toBe(1);
    await enough;
    await loop.stop();
    expect(mostUnderWay).toBe(1);
  });

  it('goes on after a failure, with the pause that onError names for so many in a row', async () => {
    const { promise: enough, resolve } = Promise.withResolvers<void>();
    const failed: [unknown, number][] = [];
    const failure = new Error('failed');
    let turns = 0;
    const loop = pollUntilStopped(
      () => {
        turns++;
        if (turns === 5) resolve();
        if (turns === 3) return Promise.resolve({ pauseMs: 1 });
        throw failure;
      },
      {
        onError: (error, failures) => {
          failed.push([error, failures]);
          return { pauseMs: turns < 5 ? 1 : LONG_MS };
        },
      },
    );

    await enough;
    await loop.stop();
    expect(failed).toEqual([
      [failure, 1],
      [failure, 2],
      [failure, 1],
      [failure, 2],
    ]);
  });

  it('waits between turns for as long as the turn asks', async () => {
    const startedAt: number[] = [];
    const { promise: second, resolve } = Promise.withResolvers<void>();
    const loop = pollUntilStopped(
      () => {
        startedAt.push(performance.now());
        if (startedAt.length === 2) resolve();
        return Promise.resolve({ pauseMs: startedAt.length === 1 ? 30 : LONG_MS });
      },
      { onError: unexpected },
    );

    await second;
    await loop.stop();
    expect(startedAt[1]! - startedAt[0]!).toBeGreaterThanOrEqual(28);
  });

  it('stops during a pause at once, however often it is asked to', async () => {
    let turns = 0;
    const loop = pollUntilStopped(() => Promise.resolve({ pauseMs: turns++ === 0 ? LONG_MS : 0 }), {
      onError: unexpected,
    });
    await nextTick();

    await Promise.all([loop.stop(), loop.stop()]);
    await loop.stop();
    expect(turns).toBe(1);
  });

  it('stops when the turn under way has ended, which hears of it by its signal', async () => {
    const { promise: release, resolve } = Promise.withResolvers<void>();
    const seen: string[] = [];
    const loop = pollUntilStopped(
      async (signal) => {
        signal.addEventListener('abort', () => seen.push('aborted'));
        await release;
        seen.push('turn ended');
        return { pauseMs: 0 };
      },
      { onError: unexpected },
    );

    const stopped = loop.stop().then(() => seen.push('stopped'));
    await nextTick();
    expect(seen).toEqual(['aborted']);
    resolve();
    await stopped;
    expect(seen).toEqual(['aborted', 'turn ended', 'stopped']);
  });
});
