import { Million } from './million/million.ts';
import type { Arguments } from './support/arguments.ts';
import type { Bench } from './support/bench.ts';
import type { Comparison } from './support/comparison.ts';
import type { Piece } from './support/fixed-work.ts';
import { describeMachine, machineLine } from './support/machine.ts';
import { noiseLine, noiseOf, timeFixedWork } from './support/noise.ts';
import { profileOptions, removeProfiles, summariseProfiles } from './support/profile.ts';
import { writeResults, type Results } from './support/results.ts';
import { FULL } from './support/scale.ts';
import type { Servers } from './support/servers.ts';
import { renderTable } from './support/table.ts';

export interface Surroundings extends Pick<Bench, 'cacheDir' | 'say'> {
  readonly servers: Servers;
  /** The fixed piece of work, timed before the servers were there. */
  readonly workBefore: readonly Piece[];
}

/** Measures row after row, prints the table, and writes it. */
export async function measureRows(chosen: Arguments, surroundings: Surroundings): Promise<Results> {
  const { isWhole, rows, scale, profile, against, save } = chosen;
  const { servers, cacheDir, say, workBefore } = surroundings;
  const machine = await describeMachine(servers);
  say(machineLine(machine));
  if (profile) await removeProfiles();
  const nodeOptions = profile ? profileOptions : () => ({});
  const bench: Bench = {
    servers,
    scale,
    cacheDir,
    say,
    nodeOptions,
    ...(against !== undefined && { against }),
  };
  const million = new Million(bench);

  const comparisons: Comparison[] = [];
  const seconds: Record<string, number> = {};
  for (const [index, row] of rows.entries()) {
    say(`${index + 1} of ${rows.length}, ${row.name}: ${row.measures}`);
    const begin = performance.now();
    comparisons.push(...(await row.run(bench, million)));
    seconds[row.name] = Math.round((performance.now() - begin) / 1_000);
  }
  const noise = noiseOf(workBefore, await timeFixedWork());
  const date = new Date().toISOString().slice(0, 10);
  console.log(`\n${renderTable(comparisons)}\n\n${date}, ${machineLine(machine)}\n${noiseLine(noise)}`);
  console.log(
    `Seconds: ${Object.entries(seconds)
      .map((entry) => entry.join(' '))
      .join(', ')}`,
  );
  const results: Results = { date, machine, noise, seconds, comparisons };
  await writeResults(results, isWhole && scale === FULL && !profile, save);
  if (scale.name === 'quick') console.log('A quick run: these figures say nothing.');
  if (profile) console.log(`\n${await summariseProfiles()}`);
  return results;
}
