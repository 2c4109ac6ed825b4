import type { Bench } from './bench.ts';

export interface Rounds<Result> {
  readonly rounds: number;
  /** How progress shows a result. */
  readonly show: (result: Result) => string;
}

/**
 * Measures every contestant once a round, one after the other (A B A B …), so that what changes on the machine
 * meanwhile changes for all of them.
 * @returns their results, one a round
 */
export async function alternate<Result, Name extends string>(
  bench: Pick<Bench, 'say'>,
  { rounds, show }: Rounds<Result>,
  contestants: Readonly<Record<Name, () => Promise<Result>>>,
): Promise<Record<Name, Result[]>> {
  const results = Object.fromEntries(Object.keys(contestants).map((name): [string, Result[]] => [name, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const [name, measure] of Object.entries<() => Promise<Result>>(contestants)) {
      const result = await measure();
      bench.say(`  round ${round} of ${rounds}, ${name}: ${show(result)}`);
      results[name]?.push(result);
    }
  }
  return results as Record<Name, Result[]>;
}
