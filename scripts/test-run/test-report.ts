import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { ROOT } from '../bootstrap/root.mjs';

export interface TestReport {
  readonly passed: number;
  /** Test files that could not even be run are counted too. */
  readonly failed: number;
  readonly skipped: readonly string[];
  /** The test files that took 20 s or more, the slowest first. */
  readonly slow: readonly { readonly file: string; readonly seconds: number }[];
}

const SLOW_SECONDS = 20;

/** The part of Jest's JSON that matters here: https://jestjs.io/docs/configuration#testresultsprocessor-string */
interface JestResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** Nothing passed and nothing failed when Jest wrote no results. */
export async function readTestReport(file: string): Promise<TestReport> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return { passed: 0, failed: 0, skipped: [], slow: [] };
  const results = JSON.parse(text) as JestResults;
  const tests = results.testResults.flatMap((suite) => suite.assertionResults);
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
    skipped: tests
      .filter(({ status }) => status === 'pending' || status === 'todo')
      .map(({ fullName }) => fullName),
    slow: results.testResults
      .map(({ name, startTime, endTime }) => ({
        file: relative(ROOT, name),
        seconds: Math.round((endTime - startTime) / 1_000),
      }))
      .filter(({ seconds }) => seconds >= SLOW_SECONDS)
      .toSorted((a, b) => b.seconds - a.seconds),
  };
}
