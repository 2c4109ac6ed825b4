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

const numbers = Array.from({ length: 50 }, (_, n) => n);
const numbersIn = (lines: readonly string[]) => lines.map((line) => (JSON.parse(line) as { n: number }).n);

describe('a logger', () => {
  it('has written every line, in order, when its process has ended by itself', async () => {
    expect(numbersIn(await outputOf(''))).toEqual(numbers);
  });

  it('has written every line once when its process has ended by process.exit', async () => {
    const written = numbersIn(await outputOf('process.exit(0);'));
    expect(written.toSorted((a, b) => a - b)).toEqual(numbers);
  });
});
