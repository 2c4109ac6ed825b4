import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What a process writes that logs these lines, and ends in this way within the turn. */
async function outputOf(ends: string): Promise<string[]> {
  const script = `
    import { createLogger } from '@eventfleet/observability';
    const logger = createLogger({ level: 'info', app: 'test' });
    for (let n = 0; n < 50; n++) logger.info({ n, text: 'x'.repeat(500) }, 'a line');
    ${ends}`;
  const args = ['--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1_000_000 });
  return stdout.trim().split('\n');
}

describe('a logger', () => {
  it.each([
    ['by itself', ''],
    ['by process.exit', 'process.exit(0);'],
  ])('has written every line, in order, when its process has ended %s', async (_, ends) => {
    const lines = (await outputOf(ends)).map((line) => JSON.parse(line) as { n: number });
    expect(lines.map(({ n }) => n)).toEqual(Array.from({ length: 50 }, (_line, n) => n));
  });
});
