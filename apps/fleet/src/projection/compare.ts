import { compareGenerations, type GenerationDifference } from '@eventfleet/projections';
import type { FleetConfig } from '../fleet.config.js';
import { untilStopped } from './until-stopped.js';

const KINDS: Readonly<Record<GenerationDifference['kind'], string>> = {
  'only-live': 'only in the live generation',
  'only-new': 'only in the new generation',
  differs: 'differs',
};

export interface CompareArguments {
  readonly except?: readonly string[];
  readonly limit: number;
  readonly json?: boolean;
}

/** Prints the rows that differ by key and column, without data. The exit code is 1 if there are any. */
export async function compare(
  config: FleetConfig,
  name: string,
  { except = [], limit, json = false }: CompareArguments,
): Promise<void> {
  const comparison = await untilStopped(config, name, (context, signal) =>
    compareGenerations(context, { notCompared: except, examples: limit, signal }),
  );
  const { differences, examples } = comparison;
  if (differences > 0) process.exitCode = 1;
  if (json) {
    console.log(JSON.stringify(comparison, null, 2));
    return;
  }
  console.log(`${name}: ${differences} differences`);
  for (const { table, key, kind, columns } of examples) {
    console.log(`  ${table} ${key}: ${KINDS[kind]}${columns.length > 0 ? ` in ${columns.join(', ')}` : ''}`);
  }
  if (differences > examples.length) console.log(`  and ${differences - examples.length} more`);
}
