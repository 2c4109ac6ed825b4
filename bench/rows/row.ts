import type { Million } from '../million/million.ts';
import type { Bench } from '../support/bench.ts';
import type { Comparison } from '../support/comparison.ts';

/** A row of the table: one question, answered by one or more comparisons. */
export interface Row {
  /** To choose it by on the command line. */
  readonly name: string;
  /** What is measured, in a line. */
  readonly measures: string;
  /** Takes too long for a whole run: measured only if it is chosen. */
  readonly isLong?: boolean;
  /** Starts what it needs and stops it again. @param million the large store, shared by the rows that need one */
  run(bench: Bench, million: Million): Promise<Comparison[]>;
}
