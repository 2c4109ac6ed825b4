import { jest } from '@jest/globals';
import { gatherLines } from './gather-lines.js';

function fakeDestination() {
  const written: string[] = [];
  const flushSync = jest.fn();
  return { written, flushSync, destination: { write: (lines: string) => written.push(lines), flushSync } };
}

describe('gatherLines', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('writes lines together, in order, within 20 ms', () => {
    const { written, destination } = fakeDestination();
    const gathering = gatherLines(destination);
    gathering.write('one\n');
    jest.advanceTimersByTime(19);
    gathering.write('two\n');
    expect(written).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(written).toEqual(['one\ntwo\n']);
  });

  it('waits again for later lines, and does nothing while there are none', () => {
    const { written, destination } = fakeDestination();
    const gathering = gatherLines(destination);
    gathering.write('one\n');
    jest.advanceTimersByTime(1_000);
    expect(written).toEqual(['one\n']);
    expect(jest.getTimerCount()).toBe(0);
    gathering.write('two\n');
    jest.advanceTimersByTime(20);
    expect(written).toEqual(['one\n', 'two\n']);
  });

  it('writes as soon as there are 8 KB, each line once', () => {
    const { written, destination } = fakeDestination();
    const gathering = gatherLines(destination);
    const lines = Array.from({ length: 10 }, (_, n) => `${String(n).repeat(1_000)}\n`);
    for (const line of lines) gathering.write(line);
    expect(written).toEqual([lines.slice(0, 9).join('')]);
    jest.advanceTimersByTime(20);
    expect(written.join('')).toBe(lines.join(''));
  });

  it('writes at once when it is told to', () => {
    const { written, flushSync, destination } = fakeDestination();
    const gathering = gatherLines(destination);
    gathering.write('fatal\n');
    gathering.flushSync();
    expect(written).toEqual(['fatal\n']);
    expect(flushSync).toHaveBeenCalledTimes(1);
  });
});
