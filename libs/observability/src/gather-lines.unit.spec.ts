import { jest } from '@jest/globals';
import { gatherLines } from './gather-lines.js';

function fakeDestination() {
  const lines: string[] = [];
  const kept: string[] = [];
  const flush = jest.fn(() => void lines.push(...kept.splice(0)));
  return {
    lines,
    flush,
    destination: { write: (line: string) => void kept.push(line), flush, flushSync: flush },
  };
}

describe('gatherLines', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('writes lines together, in order, within 20 ms', () => {
    const { lines, flush, destination } = fakeDestination();
    const gathering = gatherLines(destination);
    gathering.write('one');
    jest.advanceTimersByTime(19);
    gathering.write('two');
    expect(lines).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(lines).toEqual(['one', 'two']);
    expect(flush).toHaveBeenCalledTimes(1);
  });

  it('waits again for later lines, and does nothing while there are none', () => {
    const { lines, flush, destination } = fakeDestination();
    const gathering = gatherLines(destination);
    gathering.write('one');
    jest.advanceTimersByTime(1_000);
    expect(flush).toHaveBeenCalledTimes(1);
    gathering.write('two');
    jest.advanceTimersByTime(20);
    expect(lines).toEqual(['one', 'two']);
  });

  it('writes at once when it is told to', () => {
    const { lines, destination } = fakeDestination();
    const gathering = gatherLines(destination);
    gathering.write('fatal');
    gathering.flushSync();
    expect(lines).toEqual(['fatal']);
  });
});
