import { jest } from '@jest/globals';
import { ResponseWatchdog } from './response-watchdog.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function watchWith(anyoneWaits: () => boolean) {
  const silences: number[] = [];
  const watch = new ResponseWatchdog({
    limitMs: 1_000,
    anyoneWaits,
    onSilence: (arrivedBefore) => silences.push(arrivedBefore),
  });
  return { watch, silences };
}

describe('ResponseWatchdog', () => {
  it('speaks once the store has said nothing for as long as its limit, and until it answers', () => {
    const { watch, silences } = watchWith(() => true);
    watch.heard();
    watch.begin();
    jest.advanceTimersByTime(1_000);
    expect(silences).toHaveLength(0);
    jest.advanceTimersByTime(200);
    expect(silences.length).toBeGreaterThan(0);
    expect(watch.isSilent).toBe(true);
    watch.heard();
    const told = silences.length;
    jest.advanceTimersByTime(900);
    expect(silences).toHaveLength(told);
    expect(watch.isSilent).toBe(false);
  });

  it('does not count the time in which nobody waited', () => {
    const { watch, silences } = watchWith(() => true);
    watch.heard();
    jest.advanceTimersByTime(10_000);
    watch.begin();
    jest.advanceTimersByTime(1_000);
    expect(watch.isSilent).toBe(false);
    expect(silences).toEqual([]);
  });

  it('has no timer while nobody waits', () => {
    let waits = true;
    const { watch, silences } = watchWith(() => waits);
    watch.begin();
    waits = false;
    jest.advanceTimersByTime(100);
    expect(jest.getTimerCount()).toBe(0);
    expect(silences).toHaveLength(0);
  });

  it('does not blame the store where this process stood still', () => {
    const { watch, silences } = watchWith(() => true);
    jest.advanceTimersByTime(10_000);
    watch.heard();
    watch.begin();
    // The clock jumps and the timer comes late, as after a freeze of this process.
    jest.setSystemTime(Date.now() + 5_000);
    const now = performance.now.bind(performance);
    const late = jest.spyOn(performance, 'now').mockImplementation(() => now() + 5_000);
    jest.advanceTimersByTime(100);
    expect(silences).toHaveLength(0);
    jest.advanceTimersByTime(100);
    expect(silences).toHaveLength(1);
    late.mockRestore();
  });
});
