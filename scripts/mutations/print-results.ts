import type { Mutation } from './mutation.ts';
import type { SpecStatus } from './run-spec.ts';

export interface MutationResult {
  readonly mutation: Mutation;
  readonly status: SpecStatus;
}

/** The table: mechanism, the test that guards it, whether it failed. */
export function printResults(results: readonly MutationResult[]): void {
  const rows = results.map(({ mutation: { mechanism, spec, test }, status }) => [
    mechanism,
    test === undefined ? spec : `${spec}: ${test}`,
    status === 'failed' ? 'yes' : `NO (${status})`,
  ]);
  const table = [['mechanism', 'test', 'caught?'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]!.length)));
  for (const row of table) {
    const cells = row.map((cell, column) => cell.padEnd(widths[column]!));
    console.log(cells.join('  ').trimEnd());
  }
}
