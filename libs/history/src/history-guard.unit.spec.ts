import type pg from 'pg';
import { isConnectionError } from '@eventfleet/postgres';
import { HistoryGuard } from './history-guard.js';

const same = { system_identifier: '7', compared_identifier: '7' };
const compared = { ...same, timeline: '1', compared_timeline: '1', generation: '0' };
const promoted = { ...compared, timeline: '2' };

/** A connection to a store of which this is known. */
function connectionTo(row: Record<string, string> | Error): pg.ClientBase {
  const query = (text: string) =>
    row instanceof Error
      ? Promise.reject(row)
      : Promise.resolve({ rows: text.includes('history') ? [row] : [] });
  return { query } as Partial<pg.ClientBase> as pg.ClientBase;
}

describe('the guard of the history', () => {
  it('lets a connection pass whose server and timeline were compared', async () => {
    const guard = new HistoryGuard();
    await expect(guard.verify(connectionTo(compared))).resolves.toBeUndefined();
    expect(guard.problem).toBeUndefined();
  });

  it.each([
    ['timeline', promoted, /timeline 2, and was compared with Kafka on timeline 1/],
    ['server', { ...compared, system_identifier: '8' }, /server 8, and was 7: .*fleet -- relay rewind/],
  ])(
    'refuses another %s, as a store that cannot be reached, until it is compared',
    async (_, row, problem) => {
      const guard = new HistoryGuard();
      const refusal = await guard.verify(connectionTo(row)).catch((error: unknown) => error);
      expect(isConnectionError(refusal)).toBe(true);
      expect(guard.problem).toMatch(problem);
      await guard.verify(connectionTo(compared));
      expect(guard.problem).toBeUndefined();
    },
  );

  it('refuses a standby, which cannot say its timeline', async () => {
    await expect(
      new HistoryGuard().verify(connectionTo(new Error('recovery is in progress'))),
    ).rejects.toThrow('cannot be read');
  });

  it('refuses every connection while events are known to be lost', async () => {
    const guard = new HistoryGuard();
    guard.suspect('events are lost');
    await expect(guard.verify(connectionTo(compared))).rejects.toThrow('events are lost');
    guard.suspect(undefined);
    await expect(guard.verify(connectionTo(compared))).resolves.toBeUndefined();
  });

  it.each([
    ['another timeline', promoted],
    ['another generation', { ...compared, generation: '1' }],
  ])('says that states in memory may be wrong after %s, once', async (_, row) => {
    const guard = new HistoryGuard();
    let calls = 0;
    guard.onChanged(() => calls++);
    await guard.verify(connectionTo(compared));
    for (let nth = 1; nth <= 2; nth++) await guard.verify(connectionTo(row)).catch(() => undefined);
    expect(calls).toBe(1);
  });
});
