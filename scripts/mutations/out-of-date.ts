import { mutations } from './mutations.ts';
import { findFault } from './working-copy.ts';

/** What the sources say against the table: mutations that could not be made as they stand. */
export async function findOutOfDate(): Promise<readonly string[]> {
  const faults = await Promise.all(
    mutations.map(async (mutation) => {
      const fault = await findFault(mutation);
      return fault === undefined ? [] : [`the table is out of date, ${mutation.mechanism}: ${fault}`];
    }),
  );
  return faults.flat();
}
