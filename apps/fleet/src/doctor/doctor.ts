import type { FleetConfig } from '../fleet.config.js';
import { examine } from './examine.js';
import { exitCodeOf } from './finding.js';
import { toTable } from './table.js';

export const EXIT_CODES = '0 if nothing is wrong (risks may be), 1 if something is wrong';

/** Prints what the servers promise, and ends the process: a question without an answer would keep it alive. */
export async function doctor(
  config: FleetConfig,
  { json = false }: { readonly json?: boolean },
): Promise<never> {
  const findings = await examine(config);
  const text = json ? `${JSON.stringify(findings, null, 2)}\n` : toTable(findings);
  await new Promise<void>((resolve) => process.stdout.write(text, () => resolve()));
  process.exit(exitCodeOf(findings));
}
