import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runJest } from '../test-run/run-jest.ts';

/** `broken`: not a single test came to an end, so nothing is known. */
export type RecordClass = 'green' | 'red' | 'broken';

export interface SpecResult {
  readonly verdict: RecordClass;
  /** What Jest said. */
  readonly log: string;
}

const LONGEST_MS = 120_000;

/** The part of Jest's JSON that matters here. */
interface JestResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
}

/** Runs a spec file, or the tests of it whose names hold `test`, in a working copy. */
export async function runSpec(
  copy: string,
  spec: string,
  test: string | undefined,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<SpecResult> {
  const log = join(copy, 'jest.log');
  const files = { results: join(copy, 'results.json'), pid: join(copy, 'jest.pid') };
  // A test that fails half-way leaves connections open, and Jest would wait for them until its time is up.
  const options = ['--forceExit', '--runTestsByPath', spec];
  const args = test === undefined ? options : [...options, '-t', escapePattern(test)];
  const limited = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]);
  await rm(files.results, { force: true });
  await runJest(args, files, env, limited, { root: copy, log });
  return { verdict: await readVerdict(files.results, limited), log: await readFile(log, 'utf8') };
}

async function readVerdict(file: string, signal: AbortSignal): Promise<RecordClass> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (signal.aborted || text === undefined) return 'broken';
  const results = JSON.parse(text) as JestResults;
  if (results.numFailedTests > 0) return 'red';
  return results.numPassedTests > 0 ? 'green' : 'broken';
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
