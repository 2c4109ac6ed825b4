import { readFile } from 'node:fs/promises';

export interface TestReport {
  readonly passed: number;
  /** Test files that could not even be run are counted too. */
  readonly failed: number;
  readonly skipped: readonly string[];
}

/** The part of Jest's JSON that matters here: https://jestjs.io/docs/configuration#testresultsprocessor-string */
interface JestResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** Nothing passed and nothing failed when Jest wrote no results. */
export async function readTestReport(file: string): Promise<TestReport> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return { passed: 0, failed: 0, skipped: [] };
  const results = JSON.parse(text) as JestResults;
  const tests = results.testResults.flatMap((suite) => suite.assertionResults);
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
    skipped: tests
      .filter(({ status }) => status === 'pending' || status === 'todo')
      .map(({ fullName }) => fullName),
  };
}
