import { Million } from './million/million.ts';
import { ROWS } from './rows/rows.ts';
import type { Arguments } from './support/arguments.ts';
import type { Bench } from './support/bench.ts';
import type { Comparison } from './support/comparison.ts';
import { describeMachine, machineLine } from './support/machine.ts';
import { profileOptions, removeProfiles, summariseProfiles } from './support/profile.ts';
import { writeResults } from './support/results.ts';
import { FULL } from './support/scale.ts';
import type { Servers } from './support/servers.ts';
import { renderTable } from './support/table.ts';

/** Measures row after row, prints the table, and writes it. */
export async function measureRows(chosen: Arguments, servers: Servers, say: Bench['say']): Promise<void> {
  const { rows, scale, profile, against } = chosen;
  const machine = await describeMachine(servers);
  say(machineLine(machine));
  if (profile) await removeProfiles();
  const nodeOptions = profile ? profileOptions : () => ({});
  const bench: Bench = { servers, scale, say, nodeOptions, ...(against !== undefined && { against }) };
  const million = new Million(bench);

  const comparisons: Comparison[] = [];
  for (const [index, row] of rows.entries()) {
    say(`${index + 1} of ${rows.length}, ${row.name}: ${row.measures}`);
    comparisons.push(...(await row.run(bench, million)));
  }
  const date = new Date().toISOString().slice(0, 10);
  console.log(`\n${renderTable(comparisons)}\n\n${date}, ${machineLine(machine)}`);
  const isWhole = scale === FULL && rows.length === ROWS.length && !profile;
  await writeResults({ date, machine, comparisons }, isWhole);
  if (scale.name === 'quick') console.log('A quick run: these figures say nothing.');
  if (profile) console.log(`\n${await summariseProfiles()}`);
  say('done');
}
