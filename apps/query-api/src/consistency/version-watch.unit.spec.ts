import { jest } from '@jest/globals';
import { VersionWatch } from './version-watch.js';

const token = { aggregateId: 'a', version: 2 };
const never = () => false;
const soon = () => Date.now() + 60;
const later = () => Date.now() + 60_000;

describe('VersionWatch', () => {
  it('lets go once the version is applied', async () => {
    let version = 0;
    const watch = new VersionWatch(() =>
      Promise.resolve(new Map([['a', { version: version++, isParked: false }]])),
    );
    expect(await watch.until(token, later(), never)).toBe(true);
    expect(watch.size).toBe(0);
  });

  it('lets go once the aggregate is parked', async () => {
    let turns = 0;
    const watch = new VersionWatch(() =>
      Promise.resolve(new Map([['a', { version: 1, isParked: ++turns > 2 }]])),
    );
    expect(await watch.until(token, later(), never)).toBe(true);
    expect(turns).toBe(3);
  });

  it('lets go at the deadline', async () => {
    const watch = new VersionWatch(() => Promise.resolve(new Map()));
    const started = Date.now();
    expect(await watch.until(token, soon(), never)).toBe(false);
    expect(Date.now() - started).toBeGreaterThanOrEqual(59);
  });

  it('lets go of a client that has gone, and when it is stopped', async () => {
    const watch = new VersionWatch(() => Promise.resolve(new Map()));
    expect(await watch.until(token, later(), () => true)).toBe(false);
    const waiting = watch.until(token, later(), never);
    watch.stop();
    expect(await waiting).toBe(false);
  });

  it('asks once a turn for all who wait, and not at all when nobody does', async () => {
    const asked: (readonly string[])[] = [];
    const watch = new VersionWatch((ids) => {
      asked.push(ids);
      return Promise.resolve(new Map(ids.map((id) => [id, { version: 9, isParked: false }])));
    });
    await Promise.all(
      ['a', 'b', 'a'].map((id) => watch.until({ aggregateId: id, version: 1 }, later(), never)),
    );
    expect(asked).toEqual([['a', 'b']]);
  });

  it('asks soon for who joins, however long the others have waited, and less often as they do', async () => {
    jest.useFakeTimers();
    const started = Date.now();
    const turns: number[] = [];
    const watch = new VersionWatch(() => {
      turns.push(Date.now() - started);
      return Promise.resolve(new Map());
    });
    const between = (from: number, to: number) => turns.filter((at) => from < at && at <= to);
    void watch.until(token, later(), never);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(between(0, 10).length).toBeGreaterThan(3);
    expect(between(800, 1_000).length).toBeLessThanOrEqual(4);
    void watch.until({ ...token, aggregateId: 'b' }, later(), never);
    await jest.advanceTimersByTimeAsync(10);
    expect(between(1_000, 1_003)).toHaveLength(1);
    watch.stop();
    await jest.advanceTimersByTimeAsync(100);
    expect(watch.size).toBe(0);
    jest.useRealTimers();
  });

  it('passes on why it cannot know, and works again', async () => {
    let fails = true;
    const watch = new VersionWatch(() =>
      fails
        ? Promise.reject(new Error('down'))
        : Promise.resolve(new Map([['a', { version: 2, isParked: false }]])),
    );
    await expect(watch.until(token, later(), never)).rejects.toThrow('down');
    fails = false;
    expect(await watch.until(token, later(), never)).toBe(true);
  });
});
