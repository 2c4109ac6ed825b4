import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runJest } from '../test-run/run-jest.ts';

/** `broken`: no test came to an end, or the test does not pass as the sources are. */
export type SpecStatus = 'passed' | 'failed' | 'broken';

export interface SpecResult {
  readonly status: SpecStatus;
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
  const options = ['--maxWorkers=1', '--forceExit', '--testMatch=**/*.spec.ts', '--runTestsByPath', spec];
  const args = test === undefined ? options : [...options, '-t', escapePattern(test)];
  const limited = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]);
  await rm(files.results, { force: true });
  await runJest(args, files, env, limited, { root: copy, log });
  return { status: await readStatus(files.results, limited), log: await readFile(log, 'utf8') };
}

async function readStatus(file: string, signal: AbortSignal): Promise<SpecStatus> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (signal.aborted || text === undefined) return 'broken';
  const results = JSON.parse(text) as JestResults;
  if (results.numFailedTests > 0) return 'failed';
  return results.numPassedTests > 0 ? 'passed' : 'broken';
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
