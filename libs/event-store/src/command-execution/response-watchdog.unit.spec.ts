import { jest } from '@jest/globals';
import { ResponseWatchdog } from './response-watchdog.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function watchdogWith(isWaiting: () => boolean) {
  const timeouts: number[] = [];
  const watchdog = new ResponseWatchdog({
    timeoutMs: 1_000,
    isWaiting,
    onTimeout: (arrivedBefore) => timeouts.push(arrivedBefore),
  });
  return { watchdog, timeouts };
}

describe('ResponseWatchdog', () => {
  it('times out once the store has not answered for as long as it may, and until it answers', () => {
    const { watchdog, timeouts } = watchdogWith(() => true);
    watchdog.onAnswer();
    watchdog.start();
    jest.advanceTimersByTime(1_000);
    expect(timeouts).toHaveLength(0);
    jest.advanceTimersByTime(200);
    expect(timeouts.length).toBeGreaterThan(0);
    expect(watchdog.isUnresponsive).toBe(true);
    watchdog.onAnswer();
    const before = timeouts.length;
    jest.advanceTimersByTime(900);
    expect(timeouts).toHaveLength(before);
    expect(watchdog.isUnresponsive).toBe(false);
  });

  it('does not count the time in which nobody waited', () => {
    const { watchdog, timeouts } = watchdogWith(() => true);
    watchdog.onAnswer();
    jest.advanceTimersByTime(10_000);
    watchdog.start();
    jest.advanceTimersByTime(1_000);
    expect(watchdog.isUnresponsive).toBe(false);
    expect(timeouts).toEqual([]);
  });

  it('has no timer while nobody waits', () => {
    let waits = true;
    const { watchdog, timeouts } = watchdogWith(() => waits);
    watchdog.start();
    waits = false;
    jest.advanceTimersByTime(100);
    expect(jest.getTimerCount()).toBe(0);
    expect(timeouts).toHaveLength(0);
  });

  it('does not time out because this process itself stood still', () => {
    const { watchdog, timeouts } = watchdogWith(() => true);
    jest.advanceTimersByTime(10_000);
    watchdog.onAnswer();
    watchdog.start();
    // The clock jumps and the timer comes late, as after a freeze of this process.
    jest.setSystemTime(Date.now() + 5_000);
    const now = performance.now.bind(performance);
    const late = jest.spyOn(performance, 'now').mockImplementation(() => now() + 5_000);
    jest.advanceTimersByTime(100);
    expect(timeouts).toHaveLength(0);
    jest.advanceTimersByTime(100);
    expect(timeouts).toHaveLength(1);
    late.mockRestore();
  });
});
