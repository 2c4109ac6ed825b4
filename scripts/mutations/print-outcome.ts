import type { Mutation } from './mutation.ts';
import type { RecordClass } from './run-spec.ts';

export interface Outcome {
  readonly mutation: Mutation;
  readonly verdict: RecordClass;
}

/** The table: mechanism, the test that guards it, whether it went red. */
export function printOutcome(outcomes: readonly Outcome[]): void {
  const rows = outcomes.map(({ mutation: { mechanism, spec, test }, verdict }) => [
    mechanism,
    test === undefined ? spec : `${spec}: ${test}`,
    verdict === 'red' ? 'red' : `NOT (${verdict})`,
  ]);
  const table = [['mechanism', 'test', 'red?'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]!.length)));
  for (const row of table)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    );
}
