import { pino } from 'pino';
import { ShutdownDeadline } from './shutdown-deadline.js';

function startDeadline(stopMs: number) {
  const lines: string[] = [];
  const logger = pino({ base: null }, { write: (line) => void lines.push(line) });
  return { deadline: new ShutdownDeadline(logger, stopMs), lines };
}

describe('the shutdown deadline', () => {
  it('waits for each work that ends in time', async () => {
    const { deadline, lines } = startDeadline(10_000);
    const done: string[] = [];
    for (const name of ['commands', 'relays', 'pools']) {
      await deadline.within(async () => void done.push(name));
    }
    expect(done).toEqual(['commands', 'relays', 'pools']);
    expect(lines).toEqual([]);
  });

  it('begins nothing more once the time is over, and warns once', async () => {
    const { deadline, lines } = startDeadline(10);
    let begun = 0;
    await deadline.within(() => new Promise(() => begun++));
    await deadline.within(async () => void begun++);
    await deadline.within(async () => void begun++);
    expect(begun).toBe(1);
    expect(lines).toHaveLength(1);
  });
});
